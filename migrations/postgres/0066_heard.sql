-- Whether a member hears a sound when a new lead comes in: nobody does who did not ask for it.
ALTER TABLE members ADD COLUMN rings boolean NOT NULL DEFAULT false;
