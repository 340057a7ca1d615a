use crate::access::{Level, Levels, Role};
use crate::rights::model::{PlaceChoice, Places, ProfileChoice};
use crate::types::{Instant, Status};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most profiles of one user: more than anybody would tick.
pub const MAX_PROFILES: usize = 50;

/// A user of the organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct User {
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub id: String,
    pub username: String,
    pub name: String,
    pub email: String,
    pub region: Region,
    pub phone: String,
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub company_id: String,
    pub role: Role,
    #[cfg_attr(feature = "ssr", schemars(with = "Vec<crate::server::openapi::Id>"))]
    pub profiles: Vec<String>,
    /// Null if places differ per profile.
    pub places: Option<Places>,
    /// Places by profile, if they differ.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub profile_places: BTreeMap<String, Places>,
    /// The user's own levels on everything, for screens that aren't tied to a place.
    pub organization_levels: Levels,
    pub description: String,
    pub status: Status,
    pub last_sign_in_at: Option<Instant>,
    /// The version of account and membership; signing in and passwords don't change it.
    pub version: i64,
    /// Only in the answer that created it, and only if it isn't mailed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temporary_password: Option<String>,
    /// The address the password is mailed to, instead of `temporary_password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_mailed_to: Option<String>,
}

impl User {
    pub fn rights(&self) -> Rights {
        Rights {
            profiles: self.profiles.clone(),
            places: self.places.clone(),
            profile_places: self.profile_places.clone(),
            organization_levels: self.organization_levels,
        }
    }
}

/// A user in the console.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserView {
    pub user: User,
    pub company_name: String,
    /// The names of the profiles, in the order of `User::profiles`.
    pub profile_names: Vec<String>,
    /// The highest level per screen that its live grants open anywhere.
    pub levels: Levels,
    /// The names of the places where they do, or `Everywhere` alone.
    pub reach: Vec<String>,
    /// The viewer's own row.
    pub own: bool,
    /// This organization made the account: its administrators may edit the identity and reset it.
    pub home: bool,
}

impl UserView {
    /// What people can change of it, a few words each.
    pub fn in_words(&self) -> Vec<String> {
        let User { username, name, email, phone, region, role, description, status, .. } = &self.user;
        let mut words = vec![username.clone(), name.clone(), email.clone(), phone.clone()];
        words.extend([region.label().to_owned(), self.company_name.clone(), role.label().to_owned()]);
        words.push(format!("profiles {}", self.profile_names.join(", ")));
        words.extend([self.user.rights().places_in_words(), description.clone(), status.label().to_owned()]);
        words.retain(|text| !text.is_empty());
        words
    }
}

/// What became of a user while somebody else was editing it, one sentence each.
pub fn differences(was: &UserView, is: &UserView) -> Vec<String> {
    let (before, after) = (&was.user, &is.user);
    let texts = [
        ("username", &before.username, &after.username),
        ("name", &before.name, &after.name),
        ("email", &before.email, &after.email),
        ("phone number", &before.phone, &after.phone),
        ("company", &was.company_name, &is.company_name),
        ("description", &before.description, &after.description),
    ];
    let labels = [
        ("region", before.region.label(), after.region.label()),
        ("role", before.role.label(), after.role.label()),
        ("status", before.status.label(), after.status.label()),
    ];
    let texts = texts.map(|(what, was, is)| (what, was.as_str(), is.as_str())).into_iter().chain(labels);
    let texts = texts.filter(|(_, was, is)| was != is).map(|(what, _, is)| match is {
        "" => format!("The {what} is now empty."),
        is => format!("The {what} is now “{is}”."),
    });
    let profiles =
        (before.profiles != after.profiles).then(|| format!("The profiles are now {}.", is.profile_names.join(", ")));
    let moved = (&before.places, &before.profile_places) != (&after.places, &after.profile_places);
    let places = moved.then(|| format!("The permissions now apply {}.", after.rights().places_in_words()));
    let own = before.organization_levels != after.organization_levels;
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
            None => "at different places per profile".to_owned(),
        }
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

/// A user to add.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct NewUser {
    #[cfg_attr(feature = "ssr", schemars(length(min = 1, max = 64)))]
    pub username: String,
    #[cfg_attr(feature = "ssr", schemars(length(min = 1, max = 100)))]
    pub name: String,
    #[cfg_attr(feature = "ssr", schemars(length(min = 3, max = 254), email))]
    pub email: String,
    #[serde(default)]
    pub region: Region,
    /// E.164; only in Asia-Pacific.
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub password: PasswordSetup,
    /// The caller's own by default.
    #[cfg_attr(feature = "ssr", schemars(with = "Option<crate::server::openapi::Id>"))]
    pub company_id: Option<String>,
    #[cfg_attr(feature = "ssr", schemars(with = "Role"))]
    pub role: Option<Role>,
    #[cfg_attr(feature = "ssr", schemars(with = "Vec<crate::server::openapi::Id>", length(max = MAX_PROFILES)))]
    pub profiles: Vec<String>,
    /// Everything by default, if the caller can give that.
    pub places: Option<Places>,
    /// Places by profile, if they differ. It must name all of `profiles` and no others; leave out `places` then.
    #[serde(default)]
    pub profile_places: BTreeMap<String, Places>,
    #[serde(default)]
    pub organization_levels: Levels,
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schemars(length(max = 500)))]
    pub description: String,
}

impl NewUser {
    pub fn rights(&self) -> Rights {
        Rights {
            profiles: self.profiles.clone(),
            places: self.places.clone(),
            profile_places: self.profile_places.clone(),
            organization_levels: self.organization_levels,
        }
    }
}

/// What an edit changes; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct UserChange {
    #[cfg_attr(feature = "ssr", schemars(length(min = 1, max = 64)))]
    pub username: Option<String>,
    #[cfg_attr(feature = "ssr", schemars(length(min = 1, max = 100)))]
    pub name: Option<String>,
    #[cfg_attr(feature = "ssr", schemars(length(max = 254)))]
    pub email: Option<String>,
    pub region: Option<Region>,
    pub phone: Option<String>,
    #[cfg_attr(feature = "ssr", schemars(with = "Option<crate::server::openapi::Id>"))]
    pub company_id: Option<String>,
    pub role: Option<Role>,
    #[cfg_attr(feature = "ssr", schemars(with = "Option<Vec<crate::server::openapi::Id>>", length(max = MAX_PROFILES)))]
    pub profiles: Option<Vec<String>>,
    pub places: Option<Places>,
    /// It must name every profile and no others; leave out `places` then.
    pub profile_places: Option<BTreeMap<String, Places>>,
    pub organization_levels: Option<Levels>,
    #[cfg_attr(feature = "ssr", schemars(length(max = 500)))]
    pub description: Option<String>,
}

impl UserChange {
    /// Whether it names any of what a user may do.
    pub fn names_rights(&self) -> bool {
        // An empty table changes none of its entries (RFC 7396 §2).
        let each = self.profile_places.as_ref().is_some_and(|each| !each.is_empty());
        self.profiles.is_some() || self.places.is_some() || each || self.organization_levels.is_some()
    }
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

    fn nora() -> UserView {
        let user = User {
            id: String::new(),
            username: "nora".into(),
            name: "Nora Night".into(),
            email: "nora@example.com".into(),
            region: Region::Europe,
            phone: String::new(),
            company_id: "c".into(),
            role: Role::Owner,
            profiles: vec!["p".into()],
            places: Some(Places::Some(vec!["a".into()])),
            profile_places: BTreeMap::new(),
            organization_levels: Levels::NONE,
            description: "Works nights".into(),
            status: Status::Active,
            last_sign_in_at: None,
            version: 1,
            temporary_password: None,
            password_mailed_to: None,
        };
        let (company_name, profile_names) = ("Fitters".into(), vec!["Porter".into()]);
        UserView { user, company_name, profile_names, levels: Levels::NONE, reach: Vec::new(), own: false, home: true }
    }

    #[test]
    fn second_editor_of_a_user_is_told_what_the_first_changed() {
        let before = nora();
        let user = User {
            name: "Nora Day".into(),
            role: Role::OperationsEngineer,
            profiles: vec!["p".into(), "q".into()],
            places: Some(Places::Everything),
            organization_levels: Levels::FULL,
            description: String::new(),
            last_sign_in_at: Some(Instant(5)),
            version: 2,
            ..nora().user
        };
        let after = UserView { user, profile_names: vec!["Porter".into(), "Night <porter>".into()], ..nora() };
        let expected = [
            "The name is now “Nora Day”.",
            "The description is now empty.",
            "The role is now “Operations Engineer”.",
            "The profiles are now Porter, Night <porter>.",
            "The permissions now apply on everything.",
            "The user's own permissions on everything changed.",
        ];
        assert_eq!(differences(&before, &after), expected);
        assert!(differences(&after, &after).is_empty());
        assert!(before.in_words().contains(&"in one building or floor".to_owned()));
    }
}
