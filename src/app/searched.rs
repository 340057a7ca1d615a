//! Every table with search texts, in the order in which they are made again.

use crate::features::{alerts, api_keys, api_users, audit, integrations, places, profiles, teams, users};
use crate::server::refold::Searched;

pub const ALL: [Searched; 9] = [
    profiles::store::SEARCHED,
    teams::store::SEARCHED,
    api_users::store::SEARCHED,
    integrations::store::SEARCHED,
    api_keys::store::SEARCHED,
    places::store::SEARCHED,
    alerts::store::SEARCHED,
    users::store::SEARCHED,
    audit::store::SEARCHED,
];
