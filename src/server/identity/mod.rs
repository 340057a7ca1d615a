//! Who is behind a request: the session of a cookie or of an access token, or the owner of an API key, with the live
//! grants of its subject.

mod api_users;
mod cache;
mod clients;
mod console;
mod grants;
mod keys;
mod session;
mod tokens;
mod users;

pub use api_users::{find_actor_of_api_user, find_api_user};
pub use cache::IdentityCache;
pub use clients::{Client, find_client};
pub use console::{SessionLookup, find_session};
pub use keys::find_key;
pub use session::{Key, Organization, Session, end_session};
pub use tokens::{Token, find_actor_of_integration, find_token, scope};
pub use users::find_actor;
