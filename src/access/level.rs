use super::screens::{SCREENS, Screen};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is granted on a screen. Full contains read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    #[default]
    None,
    Read,
    Full,
}

impl Level {
    pub const ALL: [Level; 3] = [Level::None, Level::Read, Level::Full];

    /// 0, 1, 2 as stored in `levels.level`; anything else is none.
    pub fn from_stored(value: i64) -> Level {
        match value {
            1 => Level::Read,
            2 => Level::Full,
            _ => Level::None,
        }
    }

    pub fn stored(self) -> i64 {
        self as i64
    }

    pub fn label(self) -> &'static str {
        match self {
            Level::None => "None",
            Level::Read => "Read",
            Level::Full => "Full",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Level::None => "none",
            Level::Read => "read",
            Level::Full => "full",
        }
    }
}

/// A table screen → level. A screen that is not in it has level none.
///
/// A level is two bits in unary, one in each plane: none 00, read 10, full 11. The higher of two tables is their union, the
/// lower what they have in common, all screens at once; there is room for 64 screens, more than the catalog has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, Level>", into = "BTreeMap<String, Level>")]
pub struct Levels {
    read: u64,
    full: u64,
}

const EVERY_SCREEN: u64 = (1 << SCREENS.len()) - 1;

impl Levels {
    pub const NONE: Levels = Levels { read: 0, full: 0 };
    pub const FULL: Levels = Levels { read: EVERY_SCREEN, full: EVERY_SCREEN };

    pub fn get(&self, screen: Screen) -> Level {
        let at = |plane: u64| plane >> screen as u32 & 1 == 1;
        match (at(self.read), at(self.full)) {
            (_, true) => Level::Full,
            (true, false) => Level::Read,
            (false, false) => Level::None,
        }
    }

    #[must_use]
    pub fn with(self, screen: Screen, level: Level) -> Levels {
        let bit = 1 << screen as u32;
        let set = |plane: u64, open: bool| if open { plane | bit } else { plane & !bit };
        Levels { read: set(self.read, level >= Level::Read), full: set(self.full, level >= Level::Full) }
    }

    /// Per screen the higher of the two.
    #[must_use]
    pub fn max(self, other: &Levels) -> Levels {
        Levels { read: self.read | other.read, full: self.full | other.full }
    }

    /// Per screen the lower of the two.
    #[must_use]
    pub fn min(self, other: &Levels) -> Levels {
        Levels { read: self.read & other.read, full: self.full & other.full }
    }

    pub fn is_empty(&self) -> bool {
        self.read == 0
    }

    /// Whether it opens a screen of the administration.
    pub fn administers(&self) -> bool {
        self.open().any(|(screen, _)| screen.row().administration)
    }

    /// Every screen with its level, in catalog order, none included.
    pub fn all(&self) -> impl Iterator<Item = (Screen, Level)> + '_ {
        SCREENS.iter().map(|row| (row.screen, self.get(row.screen)))
    }

    /// Only the screens that are open, in catalog order.
    pub fn open(&self) -> impl Iterator<Item = (Screen, Level)> + '_ {
        self.all().filter(|(_, level)| *level != Level::None)
    }
}

impl FromIterator<(Screen, Level)> for Levels {
    fn from_iter<I: IntoIterator<Item = (Screen, Level)>>(rows: I) -> Self {
        rows.into_iter().fold(Levels::NONE, |levels, (screen, level)| levels.with(screen, level))
    }
}

impl From<Levels> for BTreeMap<String, Level> {
    fn from(levels: Levels) -> Self {
        levels.open().map(|(screen, level)| (screen.code().to_owned(), level)).collect()
    }
}

/// How the sentence on an unknown screen begins.
pub const NO_SUCH_SCREEN: &str = "There is no screen";

impl TryFrom<BTreeMap<String, Level>> for Levels {
    type Error = String;

    /// Fails on the first screen that the catalog does not have, with a sentence for the field.
    fn try_from(table: BTreeMap<String, Level>) -> Result<Self, String> {
        table
            .into_iter()
            .map(|(code, level)| {
                let screen = Screen::from_code(&code).ok_or_else(|| format!("{NO_SUCH_SCREEN} {code:?}."))?;
                Ok((screen, level))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair of levels on two screens that stand beside each other in the planes.
    fn tables() -> Vec<(Levels, [Level; 2])> {
        let pair = |a, b| (Levels::NONE.with(Screen::Rooms, a).with(Screen::Alerts, b), [a, b]);
        Level::ALL.into_iter().flat_map(|a| Level::ALL.map(|b| pair(a, b))).collect()
    }

    #[test]
    fn levels_of_screens_do_not_touch_each_other() {
        for (table, [rooms, alerts]) in tables() {
            assert_eq!((table.get(Screen::Rooms), table.get(Screen::Alerts)), (rooms, alerts));
            assert_eq!(table.is_empty(), rooms == Level::None && alerts == Level::None);
            for level in Level::ALL {
                assert_eq!(table.with(Screen::Rooms, level).get(Screen::Rooms), level);
                assert_eq!(table.with(Screen::Rooms, level).get(Screen::Alerts), alerts);
            }
        }
    }

    #[test]
    fn higher_and_lower_are_taken_screen_by_screen() {
        for (one, [a, b]) in tables() {
            for (other, [c, d]) in tables() {
                let (higher, lower) = (one.max(&other), one.min(&other));
                assert_eq!([higher.get(Screen::Rooms), higher.get(Screen::Alerts)], [a.max(c), b.max(d)]);
                assert_eq!([lower.get(Screen::Rooms), lower.get(Screen::Alerts)], [a.min(c), b.min(d)]);
            }
        }
    }

    #[test]
    fn full_is_full_on_every_screen_of_the_catalog() {
        assert!(Levels::FULL.all().all(|(_, level)| level == Level::Full));
        assert_eq!(SCREENS.iter().map(|row| (row.screen, Level::Full)).collect::<Levels>(), Levels::FULL);
    }
}
