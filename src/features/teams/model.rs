use crate::access::Role;
use crate::rights::model::{HeldRights, MemberKind, MemberRef, Rights};
use crate::types::Millis;
use serde::{Deserialize, Serialize};

/// Code points in a name.
pub const NAME_MAX: u32 = 100;

/// Code points in a remark.
pub const REMARK_MAX: u32 = 500;

/// A team as its list, its form and the HTTP API show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Team {
    pub id: String,
    /// Unique in the organization.
    pub name: String,
    pub remark: String,
    pub held: HeldRights,
    /// Members within the viewer's reach.
    pub user_count: i64,
    pub api_user_count: i64,
    /// Members whom the viewer does not administer: counted, never named.
    pub hidden_count: i64,
    /// The viewer is a member, so that somebody else has to change its rights.
    pub own: bool,
    pub created_at: Millis,
    /// Covers name, remark and rights; members come and go without it.
    pub version: i64,
}

/// A member within the viewer's reach, or somebody who could become one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub kind: MemberKind,
    pub id: String,
    pub name: String,
    /// Empty for an API user.
    pub username: String,
    pub company_id: String,
    pub company_name: String,
    pub role: Role,
    pub active: bool,
    /// The viewer itself, whom somebody else has to add or remove.
    pub own: bool,
    /// None for somebody who is no member yet.
    pub added_at: Option<Millis>,
}

/// All of *Add team*.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewTeam {
    pub name: String,
    pub remark: String,
    pub rights: Rights,
    pub members: Vec<MemberRef>,
}

/// What an edit changes; none leaves a field as it is. The rights are replaced as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TeamChange {
    pub name: Option<String>,
    pub remark: Option<String>,
    pub rights: Option<Rights>,
}
