//! Every table with search texts, in the order in which they are made again.

use crate::server::refold::Searched;

pub const ALL: [Searched; 9] = [
    Searched {
        table: "profiles",
        read: "select id, name, '', '' from profiles where id > $1 order by id limit $2",
        write: "update profiles set search_text = $2 where id = $1 and name = $3 and '' = $4 and '' = $5",
        indexed: false,
    },
    Searched {
        table: "teams",
        read: "select id, name, '', '' from teams where id > $1 order by id limit $2",
        write: "update teams set search_text = $2 where id = $1 and name = $3 and '' = $4 and '' = $5",
        indexed: false,
    },
    Searched {
        table: "api_users",
        read: "select id, name, '', '' from api_users where id > $1 order by id limit $2",
        write: "update api_users set search_text = $2 where id = $1 and name = $3 and '' = $4 and '' = $5",
        indexed: false,
    },
    Searched {
        table: "integrations",
        read: "select id, name, client_id, '' from integrations where id > $1 order by id limit $2",
        write: "update integrations set search_text = $2 where id = $1 and name = $3 and client_id = $4 and '' = $5",
        indexed: false,
    },
    Searched {
        table: "api_keys",
        read: "select id, name, id, '' from api_keys where id > $1 order by id limit $2",
        write: "update api_keys set search_text = $2 where id = $1 and name = $3 and id = $4 and '' = $5",
        indexed: false,
    },
    Searched {
        table: "places",
        read: "select id, name, '', '' from places where id > $1 order by id limit $2",
        write: "update places set search_text = $2 where id = $1 and name = $3 and '' = $4 and '' = $5",
        indexed: false,
    },
    Searched {
        table: "alerts",
        read: "select id, message, '', '' from alerts where id > $1 order by id limit $2",
        write: "update alerts set search_text = $2 where id = $1 and message = $3 and '' = $4 and '' = $5",
        indexed: false,
    },
    Searched {
        table: "users",
        read: "select id, username_key, name_key, email_key from users where id > $1 order by id limit $2",
        write: "update users set search_text = $2 where id = $1 and username_key = $3 and name_key = $4 and email_key = $5 returning seq",
        indexed: true,
    },
    Searched {
        table: "audit_events",
        read: "select id, action, actor_name, target_name from audit_events where id > $1 order by id limit $2",
        write: "update audit_events set search_text = $2 where id = $1 and action = $3 and actor_name = $4 and target_name = $5",
        indexed: false,
    },
];
