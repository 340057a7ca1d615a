//! One folder per thing that the console administers. A file name says what is in it, the same in every folder.

pub mod accounts;
pub mod alerts;
pub mod api_keys;
pub mod audit;
pub mod check;
pub mod companies;
pub mod demo;
pub mod devices;
pub mod events;
pub mod first_start;
pub mod grants;
pub mod hvac;
pub mod integrations;
pub mod lighting;
pub mod live;
pub mod me;
pub mod oauth;
pub mod organizations;
pub mod places;
pub mod profiles;
pub mod rooms;
pub mod sessions;
pub mod sign_in;
pub mod user_management;
pub mod users;
