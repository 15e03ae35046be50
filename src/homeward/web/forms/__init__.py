"""The fields that each verb of the page takes, and their types; which desk verb each is: `homeward.web.verbs`."""
