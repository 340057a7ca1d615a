//! What a form gives, in sentences: *Ivan gets Rooms: Read in Building A.* Teams, devices and what has a start or an end can give
//! more, so none of them says that this is all.

use crate::access::Levels;
use crate::rights::model::PlaceChoice;

/// Levels, and the names of where they count; none is everywhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    pub levels: Levels,
    pub places: Option<Vec<String>>,
}

impl Given {
    pub fn everywhere(levels: Levels) -> Given {
        Given { levels, places: None }
    }

    /// A place opens no screen whose rows have none.
    pub fn at(levels: &Levels, places: Vec<String>) -> Given {
        Given { levels: levels.open().filter(|(screen, _)| screen.has_places()).collect(), places: Some(places) }
    }

    fn is_nothing(&self) -> bool {
        self.levels.is_empty() || self.places.as_ref().is_some_and(Vec::is_empty)
    }

    fn said(&self) -> String {
        let screens: Vec<String> =
            self.levels.open().map(|(screen, level)| format!("{}: {}", screen.label(), level.label())).collect();
        match &self.places {
            None => format!("{} everywhere", listed(&screens, usize::MAX)),
            Some(places) => format!("{} in {}", listed(&screens, usize::MAX), listed(places, 6)),
        }
    }
}

/// One sentence for each that gives something; `who` begins the first: `Ivan gets`.
pub fn sentences(who: &str, given: &[Given]) -> Vec<String> {
    let mut lines = Vec::new();
    for given in given.iter().filter(|given| !given.is_nothing()) {
        let begin = if lines.is_empty() { who.to_owned() } else { "Also".to_owned() };
        lines.push(format!("{begin} {}.", given.said()));
    }
    if lines.is_empty() {
        lines.push(format!("{who} no screen here."));
    }
    lines
}

/// `A, B and C`, or `A, B and 5 more`.
fn listed(names: &[String], most: usize) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        all if all.len() > most => format!("{} and {} more", all[..most - 1].join(", "), all.len() + 1 - most),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The names of the places that are ticked, in the order of the boxes, without those inside of one that is ticked.
pub fn names(choices: &[PlaceChoice], ticked: impl Fn(&str) -> bool) -> Vec<String> {
    let mut within: Option<u32> = None;
    let mut names = Vec::new();
    for place in choices {
        if within.is_some_and(|depth| place.depth > depth) {
            continue;
        }
        within = ticked(&place.id).then_some(place.depth);
        if within.is_some() {
            names.push(place.full_name.clone());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Level, Screen};

    fn place(id: &str, depth: u32) -> PlaceChoice {
        PlaceChoice { id: id.to_owned(), name: id.to_owned(), full_name: id.to_uppercase(), depth }
    }

    #[test]
    fn sentences_say_what_and_where_or_that_it_is_nothing() {
        let levels = Levels::NONE.with(Screen::Rooms, Level::Read).with(Screen::Users, Level::Full);
        let here = Given::at(&levels, vec!["Building A".to_owned(), "Building B".to_owned()]);
        let everywhere = Given::everywhere(Levels::NONE.with(Screen::Users, Level::Full));
        assert_eq!(
            sentences("Ivan gets", &[here, everywhere]),
            ["Ivan gets Rooms: Read in Building A and Building B.", "Also Users: Full everywhere."]
        );
        let nothing = ["Ivan gets no screen here."];
        assert_eq!(sentences("Ivan gets", &[Given::at(&levels, Vec::new())]), nothing, "no place is nowhere");
        assert_eq!(sentences("Ivan gets", &[Given::everywhere(Levels::NONE)]), nothing);
    }

    #[test]
    fn floors_of_a_building_that_is_ticked_are_not_named_again() {
        let choices = [place("a", 0), place("a1", 1), place("b", 0), place("b1", 1), place("b2", 1), place("c", 0)];
        let ticked = ["a", "a1", "b2", "c"];
        assert_eq!(names(&choices, |id| ticked.contains(&id)), ["A", "B2", "C"]);
        let many: Vec<String> = (1..=8).map(|number| number.to_string()).collect();
        assert_eq!(listed(&many, 6), "1, 2, 3, 4, 5 and 3 more");
    }
}
