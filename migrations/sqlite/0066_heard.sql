-- Whether a member hears a sound when a new lead comes in: nobody does who did not ask for it.
ALTER TABLE members ADD COLUMN rings INTEGER NOT NULL DEFAULT false CHECK (rings IN (0, 1));
