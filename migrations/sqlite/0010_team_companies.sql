-- The company of whoever created a team: its managers, and those above it, may change it. Null is the root company.
alter table teams add column company_id text references companies (id);
