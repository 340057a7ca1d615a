use crate::access::{Level, Levels, Role, Screen};
use crate::rights::model::PlaceChoice;
use crate::rights::model::Places;
use crate::types::Millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Code points in a name.
pub const NAME_MAX: u32 = 100;

/// Characters in a client ID.
pub const CLIENT_ID_MAX: u32 = 64;

/// An integration as its list, its page and the HTTP API show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Integration {
    pub id: String,
    pub client_id: String,
    pub name: String,
    pub company_id: String,
    pub company_name: String,
    /// Its rank: at most its maker's.
    pub role: Role,
    pub rights: Rights,
    /// The highest level per screen that its live grants open anywhere.
    pub levels: Levels,
    pub status: Status,
    /// Who made it, by name.
    pub made_by: String,
    pub created_at: Millis,
    /// None: never yet.
    pub last_used_at: Option<Millis>,
    pub version: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Active,
    Disabled,
}

impl Status {
    pub const CODES: [&str; 2] = ["active", "disabled"];

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

/// What it may do, where. Either one table for all its places, or one for each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rights {
    pub levels: Levels,
    /// None when the levels differ per place.
    pub places: Option<Places>,
    /// Place id, or `everything`, → levels, when they differ.
    #[serde(default)]
    pub place_levels: BTreeMap<String, Levels>,
}

impl Rights {
    /// What one form can say: a table, where it counts, and what counts on everything besides. None where the places differ otherwise.
    pub fn one_table(&self) -> Option<(Levels, Places, Levels)> {
        if let Some(places) = &self.places {
            return Some((self.levels, places.clone(), Levels::NONE));
        }
        let on_everything = self.place_levels.get(EVERYTHING)?;
        let mut at_places = self.place_levels.iter().filter(|(place, _)| *place != EVERYTHING);
        let (_, levels) = at_places.clone().next()?;
        let places = at_places.clone().map(|(place, _)| place.clone()).collect();
        at_places.all(|(_, other)| other == levels).then_some((*levels, Places::Some(places), *on_everything))
    }

    /// The same the other way around.
    pub fn of_one_table(levels: Levels, places: Places, on_everything: Levels) -> Rights {
        match places {
            Places::Some(ids) if !on_everything.is_empty() => {
                let at_places = ids.into_iter().map(|place| (place, levels));
                let place_levels = at_places.chain([(EVERYTHING.to_owned(), on_everything)]).collect();
                Rights { place_levels, ..Rights::default() }
            }
            places => Rights { levels, places: Some(places), ..Rights::default() },
        }
    }
}

/// The key of `place_levels` for what is granted on everything.
pub const EVERYTHING: &str = "everything";

/// All of *Create integration*.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewIntegration {
    pub name: String,
    /// Empty: one is made.
    pub client_id: String,
    /// The generated secret to use; without one, one is made and answered with.
    pub draft_id: Option<String>,
    /// None is the maker's own.
    pub role: Option<Role>,
    pub rights: Rights,
}

/// An integration that was made, with the secret to hand over: shown once, nowhere kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Made {
    pub integration: Integration,
    /// None when a draft was used, whose secret was shown before.
    pub client_secret: Option<String>,
}

/// A secret that was generated, for an integration that is still being typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub id: String,
    pub client_secret: String,
    /// A client ID that is free, for whoever types none.
    pub client_id: String,
}

/// A secret as it is listed: never what it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClientSecret {
    pub id: String,
    /// Its first characters.
    pub hint: String,
    pub created_at: Millis,
    /// None: as long as the integration.
    pub expires_at: Option<Millis>,
    pub last_used_at: Option<Millis>,
}

/// How long the secret before lives beside a new one, in hours; 0 ends it at once.
pub const OVERLAPS: [(i64, &str); 5] =
    [(0, "Not at all"), (1, "1 hour"), (24, "1 day"), (168, "7 days"), (720, "30 days")];

/// A secret that was just made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewSecret {
    pub secret: ClientSecret,
    pub client_secret: String,
}

/// How an integration fares.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// In the last 24 hours, by full hours.
    pub calls: i64,
    pub errors: i64,
    pub last_used_at: Option<Millis>,
    pub last_address: String,
    /// Tokens that are alive.
    pub tokens: i64,
    /// What it asked for and was refused, most often first.
    pub refused: Vec<Refused>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    pub screen: Screen,
    pub level: Level,
    pub times: i64,
    pub last_at: Millis,
}

/// All of the page of one integration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    pub integration: Integration,
    pub secrets: Vec<ClientSecret>,
    pub health: Health,
    /// Per place, or `Everywhere`: what it opens there.
    pub access: Vec<(String, Levels)>,
    /// Where clients reach this installation.
    pub url: String,
}

/// What the form has to offer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FormChoices {
    pub places: Vec<PlaceChoice>,
    pub everything: bool,
    pub roles: Vec<Role>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_table_at_places_with_levels_on_everything_goes_there_and_back() {
        let levels = Levels::NONE.with(Screen::Rooms, Level::Full).with(Screen::Users, Level::Read);
        let users = Levels::NONE.with(Screen::Users, Level::Read);
        let places = || Places::Some(vec!["a".to_owned(), "b".to_owned()]);
        for (places, on_everything) in [(Places::Everything, Levels::NONE), (places(), Levels::NONE), (places(), users)]
        {
            let rights = Rights::of_one_table(levels, places.clone(), on_everything);
            assert_eq!(rights.one_table(), Some((levels, places, on_everything)));
        }
        let mut differ = Rights::of_one_table(levels, places(), users);
        differ.place_levels.insert("b".to_owned(), users);
        assert_eq!(differ.one_table(), None, "each place has a table of its own");
        differ.place_levels.remove(EVERYTHING);
        assert_eq!(differ.one_table(), None);
    }
}
