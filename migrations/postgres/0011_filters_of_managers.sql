-- A page of a company's users who have a role or a status, in each order of the list: a manager's filters.
create index users_in_company_of_role_by_username on users (organization_id, company_id, role, username_key, id);
create index users_in_company_of_role_by_name on users (organization_id, company_id, role, name_key, id);
create index users_in_company_of_role_by_email on users (organization_id, company_id, role, email_key, id);
create index users_in_company_of_role_by_company on users (organization_id, company_id, role, company_key, id);
create index users_in_company_of_role_by_status on users (organization_id, company_id, role, status, id);
create index users_in_company_of_role_by_sign_in on users (organization_id, company_id, role, last_sign_in_at, id);
create index users_in_company_of_status_by_username on users (organization_id, company_id, status, username_key, id);
create index users_in_company_of_status_by_name on users (organization_id, company_id, status, name_key, id);
create index users_in_company_of_status_by_email on users (organization_id, company_id, status, email_key, id);
create index users_in_company_of_status_by_company on users (organization_id, company_id, status, company_key, id);
create index users_in_company_of_status_by_role on users (organization_id, company_id, status, role, id);
create index users_in_company_of_status_by_sign_in on users (organization_id, company_id, status, last_sign_in_at, id);
