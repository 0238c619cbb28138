"""The file formats that items come in, pure: text in, drafts and refusals out."""
