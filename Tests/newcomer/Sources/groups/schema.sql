CREATE TABLE IF NOT EXISTS people (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL UNIQUE,
  name text NOT NULL
);

CREATE TABLE IF NOT EXISTS groups (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  title text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('owner', 'team', 'public')),
  starts_on date NOT NULL,
  description text,
  owner_id integer NOT NULL CONSTRAINT groups_owner_id_fkey REFERENCES people,
  members integer NOT NULL DEFAULT 0,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT groups_title_key UNIQUE (tenant, title)
);

CREATE TABLE IF NOT EXISTS memberships (
  group_id integer NOT NULL REFERENCES groups ON DELETE CASCADE,
  user_id integer NOT NULL CONSTRAINT memberships_user_id_fkey REFERENCES people,
  joined_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (group_id, user_id)
);
