use crate::access::{Level, Levels, Role};
use crate::rights::model::PlaceChoice;
use crate::rights::model::Places;
use crate::rights::model::ProfileChoice;
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

impl User {
    /// What people can change of it, a few words each.
    pub fn in_words(&self) -> Vec<String> {
        let mut words = vec![self.username.clone(), self.name.clone(), self.email.clone(), self.phone.clone()];
        words.extend([self.region.label().to_owned(), self.company_name.clone(), self.role.label().to_owned()]);
        words.push(format!("profiles {}", self.profile_names.join(", ")));
        words.extend([self.rights.places_in_words(), self.description.clone(), self.status.label().to_owned()]);
        words.retain(|text| !text.is_empty());
        words
    }
}

/// What became of a user while somebody else was editing it, one sentence each.
pub fn differences(before: &User, after: &User) -> Vec<String> {
    let texts = [
        ("username", &before.username, &after.username),
        ("name", &before.name, &after.name),
        ("email", &before.email, &after.email),
        ("phone number", &before.phone, &after.phone),
        ("company", &before.company_name, &after.company_name),
        ("description", &before.description, &after.description),
    ];
    let labels = [
        ("region", before.region.label(), after.region.label()),
        ("role", before.role.label(), after.role.label()),
        ("status", before.status.label(), after.status.label()),
    ];
    let texts = texts.map(|(what, was, is)| (what, was.as_str(), is.as_str())).into_iter().chain(labels);
    let texts = texts.filter(|(_, was, is)| was != is).map(|(what, _, is)| match is {
        "" => format!("The {what} is empty now."),
        is => format!("The {what} is “{is}” now."),
    });
    let profiles = (before.rights.profiles != after.rights.profiles)
        .then(|| format!("The profiles are {} now.", after.profile_names.join(", ")));
    let here = |rights: &Rights| (rights.places.clone(), rights.profile_places.clone());
    let places = (here(&before.rights) != here(&after.rights))
        .then(|| format!("The permissions apply {} now.", after.rights.places_in_words()));
    let own = before.rights.organization_levels != after.rights.organization_levels;
    let own = own.then(|| "The user's own permissions on everything changed.".to_owned());
    texts.chain(profiles).chain(places).chain(own).collect()
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

impl Rights {
    fn places_in_words(&self) -> String {
        match &self.places {
            Some(Places::Everything) => "on everything".to_owned(),
            Some(Places::Some(ids)) if ids.len() == 1 => "in one building or floor".to_owned(),
            Some(Places::Some(ids)) => format!("in {} buildings and floors", ids.len()),
            None => "at places that differ per profile".to_owned(),
        }
    }
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
    /// None when the password was typed or goes by mail.
    pub temporary_password: Option<String>,
    /// The address that a mail brings it to.
    pub mailed_to: Option<String>,
}

/// One screen of *effective access*, as one profile or the user's own rights give it: the level, and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessLine {
    pub screen: crate::access::Screen,
    pub level: Level,
    /// `Everywhere`, or names of places.
    pub places: Vec<String>,
    /// What gave it: a profile's name, or *own permissions*.
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
    /// A password that is made goes by mail.
    pub mail: bool,
}

/// What the users list can be narrowed to: the companies within reach, and every profile.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UserFilters {
    pub companies: Vec<crate::features::companies::model::CompanyChoice>,
    pub profiles: Vec<ProfileName>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileName {
    pub id: String,
    pub name: String,
}

/// What follows from disabling or deleting, for the question before it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WhatFollows {
    pub sessions: i64,
    pub grants: i64,
    /// The names of API keys that have not run out.
    pub keys: Vec<String>,
    /// A password that is made goes by mail to the user.
    pub mail: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nora() -> User {
        User {
            id: String::new(),
            username: "nora".into(),
            name: "Nora Night".into(),
            email: "nora@example.com".into(),
            region: Region::Europe,
            phone: String::new(),
            company_id: "c".into(),
            company_name: "Fitters".into(),
            role: Role::Owner,
            rights: Rights {
                profiles: vec!["p".into()],
                places: Some(Places::Some(vec!["a".into()])),
                ..Rights::default()
            },
            profile_names: vec!["Porter".into()],
            levels: Levels::NONE,
            description: "Works nights".into(),
            status: Status::Active,
            last_sign_in_at: None,
            version: 1,
            own: false,
            home: true,
        }
    }

    #[test]
    fn second_editor_of_a_user_is_told_what_the_first_changed() {
        let before = nora();
        let rights = Rights {
            profiles: vec!["p".into(), "q".into()],
            places: Some(Places::Everything),
            organization_levels: Levels::FULL,
            ..Rights::default()
        };
        let after = User {
            name: "Nora Day".into(),
            role: Role::OperationsEngineer,
            rights,
            profile_names: vec!["Porter".into(), "Night <porter>".into()],
            description: String::new(),
            last_sign_in_at: Some(5),
            version: 2,
            ..nora()
        };
        let expected = [
            "The name is “Nora Day” now.",
            "The description is empty now.",
            "The role is “Operations Engineer” now.",
            "The profiles are Porter, Night <porter> now.",
            "The permissions apply on everything now.",
            "The user's own permissions on everything changed.",
        ];
        assert_eq!(differences(&before, &after), expected);
        assert!(differences(&after, &after).is_empty());
        assert!(before.in_words().contains(&"in one building or floor".to_owned()));
    }
}
