use crate::access::Role;
use crate::rights::model::{HeldRights, MemberKind, MemberRef, NewRights, Rights, RightsFacts};
use crate::types::{Instant, Name, Remark, Status};
use serde::{Deserialize, Serialize};

/// A team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, schemars::JsonSchema))]
pub struct Team {
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub id: String,
    pub name: String,
    pub remark: String,
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub rights: Rights,
    pub user_count: i64,
    pub api_user_count: i64,
    /// Members the caller doesn't manage: counted, not listed.
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub hidden_count: i64,
    pub created_at: Instant,
    /// The version of name, remark and rights. Members come and go without it.
    pub version: i64,
}

/// A team in the console, and as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct TeamRow {
    #[cfg_attr(feature = "ssr", sqlx(flatten))]
    pub team: Team,
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub facts: RightsFacts,
    /// The viewer is a member, so that somebody else has to change its rights.
    pub own: bool,
    #[serde(skip)]
    pub name_key: String,
    #[serde(skip)]
    pub member_count: i64,
    /// Of the company of whoever created it; none is the root company.
    #[serde(skip)]
    pub company_path: Option<String>,
}

impl TeamRow {
    pub fn held(&self) -> HeldRights {
        HeldRights { rights: self.team.rights.clone(), facts: self.facts.clone() }
    }
}

/// A member of a team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, schemars::JsonSchema), schemars(rename = "TeamMember"))]
pub struct Member {
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub kind: MemberKind,
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub id: String,
    pub name: String,
    /// Null for an API user.
    pub username: Option<String>,
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub company_id: String,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "i64"))]
    pub role: Role,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub status: Status,
    pub added_at: Option<Instant>,
}

/// A member in the console, or somebody who could become one, and as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct MemberRow {
    #[cfg_attr(feature = "ssr", sqlx(flatten))]
    pub member: Member,
    pub company_name: String,
    /// The viewer itself, whom somebody else has to add or remove.
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub own: bool,
    #[serde(skip)]
    pub name_key: String,
    #[serde(skip)]
    pub company_path: String,
}

/// A team to add.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct NewTeam {
    pub name: Name,
    #[serde(default)]
    pub remark: Remark,
    #[serde(default)]
    pub rights: NewRights,
    #[serde(default)]
    pub members: Vec<MemberRef>,
}

impl NewTeam {
    /// Its texts, as an edit names them.
    pub fn texts(&self) -> TeamChange {
        TeamChange { name: Some(self.name.clone()), remark: Some(self.remark.clone()), rights: None }
    }
}

/// What an edit changes; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct TeamChange {
    pub name: Option<Name>,
    pub remark: Option<Remark>,
    /// The complete permissions; they replace the current ones.
    pub rights: Option<NewRights>,
}
