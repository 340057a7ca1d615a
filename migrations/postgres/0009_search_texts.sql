-- What searches look in: texts as server/search_text.rs makes them. Those of existing rows are made at the next start.
alter table users add column search_text text collate "C" not null default '';
alter table places add column search_text text collate "C" not null default '';
alter table profiles add column search_text text collate "C" not null default '';
alter table teams add column search_text text collate "C" not null default '';
alter table api_users add column search_text text collate "C" not null default '';
alter table integrations add column search_text text collate "C" not null default '';
alter table api_keys add column search_text text collate "C" not null default '';
alter table audit_events add column search_text text collate "C" not null default '';
alter table alerts rename column message_key to search_text;

-- The index stands on the text itself. Without a list of what is not yet in it, so that a search never reads one.
create index users_search on users using gin (search_text gin_trgm_ops) with (fastupdate = off);
drop table user_search;
