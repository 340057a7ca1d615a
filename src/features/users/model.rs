use crate::access::{Level, Levels, Role};
use crate::features::places::model::{PlaceChoice, Places};
use crate::types::Millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A user as list, form and HTTP API show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    pub id: String,
    pub username: String,
    pub name: String,
    pub email: String,
    pub region: Region,
    pub phone: String,
    pub company_id: String,
    pub company_name: String,
    pub role: Role,
    pub rights: Rights,
    /// The names of the profiles, in the order of `rights.profiles`.
    pub profile_names: Vec<String>,
    /// The highest level per screen that its live grants open anywhere.
    pub levels: Levels,
    pub description: String,
    pub status: Status,
    pub last_sign_in_at: Option<Millis>,
    /// Covers account and membership; signing in and password state never change it.
    pub version: i64,
    /// The viewer's own row.
    pub own: bool,
    /// This organization made the account: its administrators may edit the identity and reset it.
    pub home: bool,
}

/// Which profiles, where. Either one choice of places for all profiles, or one for each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rights {
    pub profiles: Vec<String>,
    /// None when places differ per profile.
    pub places: Option<Places>,
    /// Profile id → places, when they differ.
    #[serde(default)]
    pub profile_places: BTreeMap<String, Places>,
    /// Levels of its own on everything, for screens that a place limit leaves closed.
    #[serde(default)]
    pub organization_levels: Levels,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Active,
    Disabled,
}

impl Status {
    pub fn code(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Disabled => "disabled",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Status::Active => "Active",
            Status::Disabled => "Disabled",
        }
    }

    /// Whatever is not active may not enter.
    pub fn from_code(code: &str) -> Status {
        if code == "active" { Status::Active } else { Status::Disabled }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    #[default]
    Europe,
    NorthAmerica,
    LatinAmerica,
    MiddleEastAfrica,
    AsiaPacific,
}

impl Region {
    pub const ALL: [Region; 5] =
        [Region::Europe, Region::NorthAmerica, Region::LatinAmerica, Region::MiddleEastAfrica, Region::AsiaPacific];

    pub fn code(self) -> &'static str {
        match self {
            Region::Europe => "europe",
            Region::NorthAmerica => "north_america",
            Region::LatinAmerica => "latin_america",
            Region::MiddleEastAfrica => "middle_east_africa",
            Region::AsiaPacific => "asia_pacific",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Region::Europe => "Europe",
            Region::NorthAmerica => "North America",
            Region::LatinAmerica => "Latin America",
            Region::MiddleEastAfrica => "Middle East and Africa",
            Region::AsiaPacific => "Asia-Pacific",
        }
    }

    pub fn from_code(code: &str) -> Option<Region> {
        Region::ALL.into_iter().find(|region| region.code() == code)
    }
}

/// How a password comes to be that somebody else sets. Either way it must be replaced at the next sign-in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "mode", deny_unknown_fields)]
pub enum PasswordSetup {
    /// The server makes one.
    #[default]
    Auto,
    Custom {
        value: String,
    },
}

/// All of *Add user*.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewUser {
    pub username: String,
    pub name: String,
    pub region: Region,
    pub phone: String,
    pub email: String,
    pub password: PasswordSetup,
    /// None is the actor's own company.
    pub company_id: Option<String>,
    pub description: String,
    pub role: Option<Role>,
    pub rights: Rights,
}

/// What an edit changes; none leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UserChange {
    pub username: Option<String>,
    pub name: Option<String>,
    pub region: Option<Region>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub company_id: Option<String>,
    pub description: Option<String>,
    pub role: Option<Role>,
    pub rights: Option<Rights>,
}

/// A user that was made or reset, with the password to hand over: shown once, nowhere kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handover {
    pub user: User,
    /// None when the password was typed.
    pub temporary_password: Option<String>,
}

/// Which users, in which order; what the URL of the list holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UserQuery {
    pub q: String,
    pub company_id: String,
    pub role: String,
    pub profile_id: String,
    pub status: String,
    /// A column, upwards; with `-`, downwards. Empty is `name`.
    pub sort: String,
    pub cursor: String,
    pub limit: Option<i64>,
}

/// One screen of *effective access*: the level, where, and the grants that gave it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessLine {
    pub screen: crate::access::Screen,
    pub level: Level,
    /// `Everywhere`, or names of places.
    pub places: Vec<String>,
    /// Where the grants stand: a profile's name, or *own rights*.
    pub sources: Vec<String>,
}

/// What a user form has to offer, all of it within what the viewer may give.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FormChoices {
    pub companies: Vec<crate::features::companies::model::CompanyChoice>,
    pub profiles: Vec<ProfileChoice>,
    pub places: Vec<PlaceChoice>,
    pub roles: Vec<Role>,
    /// The viewer may give rights on everything.
    pub everything: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileChoice {
    pub id: String,
    pub name: String,
    pub levels: Levels,
}

/// What follows from disabling or deleting, for the question before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WhatFollows {
    pub sessions: i64,
    pub grants: i64,
    /// API keys that have not run out.
    pub keys: i64,
}

/// What became of a user while somebody else was editing it, one sentence each.
pub fn differences(before: &User, after: &User) -> Vec<String> {
    let text = |label: &str, before: &str, after: &str| {
        let now = if after.is_empty() { "empty".to_owned() } else { format!("“{after}”") };
        (before != after).then(|| format!("{label} is {now} now."))
    };
    let profiles = |user: &User| user.profile_names.join(", ");
    let r#where = |user: &User| {
        let rights = &user.rights;
        (rights.places.clone(), rights.profile_places.clone(), rights.organization_levels)
    };
    let moved = (r#where(before) != r#where(after)).then(|| "Where the profiles count is different now.".to_owned());
    [
        text("The username", &before.username, &after.username),
        text("The name", &before.name, &after.name),
        text("The region", before.region.label(), after.region.label()),
        text("The mobile phone number", &before.phone, &after.phone),
        text("The email", &before.email, &after.email),
        text("The parent company", &before.company_name, &after.company_name),
        text("The description", &before.description, &after.description),
        text("The role", before.role.label(), after.role.label()),
        text("The list of profiles", &profiles(before), &profiles(after)),
        moved,
        text("The status", before.status.label(), after.status.label()),
    ]
    .into_iter()
    .flatten()
    .collect()
}
