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
