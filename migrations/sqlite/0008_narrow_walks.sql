-- What finds few rows among many without reading the rest.

-- The one built-in profile of an organization: who its administrators are.
create index profiles_builtin on profiles (organization_id) where builtin = true;

-- The organization that somebody was in last, at sign-in.
create index sessions_account on sessions (account_id, organization_id, signed_in_at) where account_id is not null;

-- The few teams and API users among all who hold a profile.
create index grants_of_groups on grants (profile_id, subject_kind, subject_id) where subject_kind <> 'user';

-- The few access tokens of integrations among the sessions of people.
create index sessions_of_integrations on sessions (organization_id, signed_in_at, id)
    where ended_at is null and integration_id is not null;
