use crate::access::{Level, Levels, Screen};
use serde::{Deserialize, Serialize};

/// Code points in a name.
pub const NAME_MAX: u32 = 100;

/// A named table of screens and levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow, schemars::JsonSchema))]
pub struct Profile {
    #[cfg_attr(feature = "ssr", schemars(with = "crate::server::openapi::Id"))]
    pub id: String,
    pub name: String,
    #[cfg_attr(feature = "ssr", sqlx(skip))]
    pub levels: Levels,
    /// *Administrator*: Full on every screen; it can't be edited or deleted.
    pub builtin: bool,
    /// Users who have it through a grant of their own.
    pub user_count: i64,
    /// Teams that have it.
    pub team_count: i64,
    /// API users that have it through a grant of their own.
    pub api_user_count: i64,
    pub version: i64,
}

impl Profile {
    /// Who has it, users, teams and API users alike.
    pub fn holders(&self) -> i64 {
        self.user_count + self.team_count + self.api_user_count
    }

    /// `2 users and 1 team`.
    pub fn holders_text(&self) -> String {
        holders_text([self.user_count, self.team_count, self.api_user_count])
    }
}

/// Users, teams and API users: `2,013 users, 1 team and 4 API users`; `No user` for none at all.
pub fn holders_text(counts: [i64; 3]) -> String {
    let words = [("user", "users"), ("team", "teams"), ("API user", "API users")];
    let counted = counts.into_iter().zip(words).filter(|(count, _)| *count > 0);
    let mut parts: Vec<String> = counted
        .map(|(count, (one, many))| {
            format!("{} {}", crate::types::thousands(count), if count == 1 { one } else { many })
        })
        .collect();
    match parts.pop() {
        None => "No user".to_owned(),
        Some(last) if parts.is_empty() => last,
        Some(last) => format!("{} and {last}", parts.join(", ")),
    }
}

/// What those who have a profile gain when another one takes its place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    /// Who gain anything.
    pub users: i64,
    pub api_users: i64,
    /// In the order of the catalog.
    pub gains: Vec<Gain>,
    /// So many, or so much, that the replacement's name has to be typed.
    pub many: bool,
}

/// One screen at its new level, and how many gain it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    pub screen: Screen,
    pub level: Level,
    pub users: i64,
    pub api_users: i64,
}

impl Growth {
    /// `543 users will gain Users: Full, Audit: Read.`, one sentence for all who gain the same number of screens alike.
    pub fn in_words(&self) -> Vec<String> {
        let mut sentences: Vec<([i64; 3], Vec<String>)> = Vec::new();
        for gain in &self.gains {
            let (who, what) =
                ([gain.users, 0, gain.api_users], format!("{}: {}", gain.screen.label(), gain.level.label()));
            match sentences.iter_mut().find(|(other, _)| *other == who) {
                Some((_, all)) => all.push(what),
                None => sentences.push((who, vec![what])),
            }
        }
        sentences
            .into_iter()
            .map(|(who, what)| format!("{} will gain {}.", holders_text(who), what.join(", ")))
            .collect()
    }
}

/// A profile to create.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct NewProfile {
    #[cfg_attr(feature = "ssr", schemars(length(min = 1, max = NAME_MAX)))]
    pub name: String,
    pub levels: Levels,
}

/// What an edit changes; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct ProfileChange {
    #[cfg_attr(feature = "ssr", schemars(length(min = 1, max = NAME_MAX)))]
    pub name: Option<String>,
    /// The complete table; it replaces the current one.
    pub levels: Option<Levels>,
}

/// What became of a profile while somebody else was editing it, one sentence each.
pub fn differences(before: &Profile, after: &Profile) -> Vec<String> {
    let name = (before.name != after.name).then(|| format!("The name is now “{}”.", after.name));
    let levels = before.levels.all().filter_map(|(screen, was)| {
        let is = after.levels.get(screen);
        (was != is).then(|| format!("{} changed from {} to {}.", screen.label(), was.label(), is.label()))
    });
    name.into_iter().chain(levels).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Screen;

    #[test]
    fn the_second_editor_is_told_what_the_first_changed() {
        let before = Profile {
            id: String::new(),
            name: "Porter".into(),
            levels: [(Screen::Rooms, Level::Full), (Screen::Alerts, Level::Read)].into_iter().collect(),
            builtin: false,
            user_count: 0,
            team_count: 0,
            api_user_count: 0,
            version: 1,
        };
        let levels = [(Screen::Rooms, Level::Read), (Screen::Users, Level::Full)].into_iter().collect();
        let after = Profile { name: "Night porter".into(), levels, version: 2, user_count: 7, ..before.clone() };
        let told = differences(&before, &after);
        let expected = [
            "The name is now “Night porter”.",
            "Rooms changed from Full to Read.",
            "Alerts changed from Read to None.",
            "Users changed from None to Full.",
        ];
        assert_eq!(told, expected);
        assert!(differences(&after, &after).is_empty());
        assert_eq!(after.holders_text(), "7 users");
        assert_eq!(holders_text([2_013, 1, 4]), "2,013 users, 1 team and 4 API users");
        assert_eq!(holders_text([0, 2, 1]), "2 teams and 1 API user");
    }

    #[test]
    fn who_gains_is_said_in_one_sentence_for_each_number() {
        let gain = |screen, level, users, api_users| Gain { screen, level, users, api_users };
        let gains = vec![
            gain(Screen::Rooms, Level::Full, 543, 0),
            gain(Screen::Alerts, Level::Read, 12, 1),
            gain(Screen::Users, Level::Full, 543, 0),
        ];
        let growth = Growth { users: 543, api_users: 1, gains, many: true };
        let expected =
            ["543 users will gain Rooms: Full, Users: Full.", "12 users and 1 API user will gain Alerts: Read."];
        assert_eq!(growth.in_words(), expected);
    }
}
