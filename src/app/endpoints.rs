//! Every endpoint with what it needs: the HTTP API's by its routes, the server functions' by their tables.

use crate::features::{
    alerts, api_keys, api_users, audit, check, events, first_start, grants, integrations, me, oauth, places, profiles,
    sessions, settings, teams, users,
};
use crate::server::rest::{Api, Requirement};

/// The HTTP API.
pub fn api() -> Api {
    Api::default()
        .merge(me::rest::api())
        .merge(api_keys::rest::api())
        .merge(users::rest::api())
        .merge(profiles::rest::api())
        .merge(sessions::rest::api())
        .merge(integrations::rest::api())
        .merge(teams::rest::api())
        .merge(api_users::rest::api())
        .merge(grants::rest::api())
        .merge(places::rest::api())
        .merge(alerts::rest::api())
        .merge(audit::rest::api())
        .merge(check::rest::api())
        .merge(settings::rest::api())
        .merge(events::rest::api())
}

/// The HTTP API and the OAuth endpoints, at which clients prove themselves.
pub fn all() -> Api {
    api().merge(oauth::api())
}

/// The server functions.
pub fn functions() -> Vec<(&'static str, Requirement)> {
    [
        me::rest::FUNCTIONS,
        api_keys::rest::FUNCTIONS,
        users::rest::FUNCTIONS,
        profiles::rest::FUNCTIONS,
        sessions::rest::FUNCTIONS,
        integrations::rest::FUNCTIONS,
        teams::rest::FUNCTIONS,
        api_users::rest::FUNCTIONS,
        places::rest::FUNCTIONS,
        alerts::rest::FUNCTIONS,
        settings::rest::FUNCTIONS,
        first_start::rest::FUNCTIONS,
    ]
    .concat()
}
