use crate::access::Role;
use crate::features::integrations::model::{Health, Status};
use crate::rights::model::{HeldRights, Rights};
use crate::types::Millis;
use crate::types::Named;
use serde::{Deserialize, Serialize};

/// Code points in a name.
pub const NAME_MAX: u32 = 100;

/// Code points in a remark.
pub const REMARK_MAX: u32 = 500;

/// An API user as its list, its form and the HTTP API show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiUser {
    pub id: String,
    pub name: String,
    pub remark: String,
    pub company_id: String,
    pub company_name: String,
    /// Its rank: at most that of whoever made or edited it.
    pub role: Role,
    pub status: Status,
    /// By name.
    pub teams: Vec<Named>,
    pub held: HeldRights,
    pub token: AccessToken,
    /// Who made it, by name.
    pub made_by: String,
    pub created_at: Millis,
    /// None: never yet.
    pub last_used_at: Option<Millis>,
    pub last_address: Option<String>,
    /// Covers everything but its use.
    pub version: i64,
}

/// Its access token as people may see it: never what it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessToken {
    /// Its first characters.
    pub hint: String,
    pub made_at: Millis,
    /// None is without end.
    pub expires_at: Option<Millis>,
    /// It has run out, and opens nothing any more.
    pub expired: bool,
}

/// All of *Add API user*.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewApiUser {
    pub name: String,
    pub remark: String,
    /// None is the maker's own.
    pub role: Option<Role>,
    /// Ids.
    pub teams: Vec<String>,
    pub rights: Rights,
    /// Of the token; none is without end.
    pub expires_at: Option<Millis>,
}

/// What an edit changes; none leaves a field as it is. Teams and rights are replaced as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ApiUserChange {
    pub name: Option<String>,
    pub remark: Option<String>,
    pub role: Option<Role>,
    pub teams: Option<Vec<String>>,
    pub rights: Option<Rights>,
}

/// An API user with the token to hand over: shown once, nowhere kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Made {
    pub api_user: ApiUser,
    pub access_token: String,
}

/// All of the page of one API user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    pub api_user: ApiUser,
    pub health: Health,
    /// Where clients reach this installation.
    pub url: String,
}
