-- How many messages of a kind went to one address lately: whoever types a stranger's into a form cannot bother them often.
CREATE INDEX mails_recipient_idx ON mails (tenant_id, recipient, created_at);
