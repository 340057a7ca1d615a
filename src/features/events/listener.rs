//! What one program hears: with the rights of this moment and not of the handshake's.

use crate::access::{Actor, Grant, Level, Need, Screen, Target, decide};
use crate::error::AppError;
use crate::server::Call;
use crate::server::events::{Event, Happening};
use crate::server::socket::{Listener, Then, text};
use crate::types::{Millis, SessionKind, Topic, rfc3339};
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// The screens whose rows stand in a place.
const SCREENS: [Screen; 5] = [Screen::Rooms, Screen::Alerts, Screen::Lighting, Screen::Hvac, Screen::Devices];

/// Time is looked at so often: what ran out ends within a second.
const TICK: Duration = Duration::from_millis(500);

/// What the server says over `/api/v1/events`.
#[derive(Serialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Message {
    /// The first: who the caller is and what it may hear.
    Hello {
        caller: CallerJson,
        organization_id: String,
        hears: Vec<Hears>,
        expires_at: Option<String>,
    },
    /// The rights changed: this is what it may hear from now on.
    Access {
        hears: Vec<Hears>,
    },
    Event {
        event: String,
        screen: Screen,
        place_id: String,
        at: String,
        data: Value,
    },
    /// Something may have been missed: what matters is to be fetched again.
    Reset,
}

#[derive(Serialize)]
pub struct CallerJson {
    kind: &'static str,
    id: String,
    name: String,
}

/// One screen, and where.
#[derive(Serialize)]
pub struct Hears {
    screen: Screen,
    level: Level,
    places: PlacesJson,
}

#[derive(Serialize)]
#[serde(untagged)]
enum PlacesJson {
    Everything(&'static str),
    Some(Vec<PlaceJson>),
}

#[derive(Serialize)]
struct PlaceJson {
    id: String,
    name: String,
}

/// A program at the other end.
pub struct Program {
    call: Call,
    session_id: String,
    actor: Actor,
    /// Until then nothing changes by itself.
    until: Millis,
    looks: Instant,
}

impl Program {
    /// Reads anew who the caller is: the handshake was a while ago.
    pub async fn new(call: Call) -> Result<(Program, Message), AppError> {
        let (session, until) = call.caller().still().await?;
        let actor = session.actor;
        let hello = Message::Hello {
            caller: CallerJson { kind: actor.kind.code(), id: actor.subject_id.clone(), name: actor.name.clone() },
            organization_id: actor.organization_id.clone(),
            hears: hears(&actor),
            expires_at: (session.expires_at < Millis::MAX).then(|| rfc3339(session.expires_at)),
        };
        Ok((Program { call, session_id: session.id, actor, until, looks: Instant::now() + TICK }, hello))
    }

    fn reaches(&self, happening: &Happening) -> bool {
        let target = Target::Place(happening.place_path.clone());
        decide(&self.actor, &Need::read(happening.screen).on(target)).allowed()
    }

    /// Whether the caller is still let in, and what it may hear from now on. A database that does not answer ends the
    /// socket: it must not go on with rights that may be gone.
    async fn look_again(&mut self) -> Then {
        match self.call.caller().still().await {
            Ok((session, until)) => {
                self.until = until;
                let same = session.actor.grants == self.actor.grants && session.actor.gate == self.actor.gate;
                self.actor = session.actor;
                if same { Then::NOTHING } else { Then::Say(vec![text(&Message::Access { hears: hears(&self.actor) })]) }
            }
            Err(error) => Then::Close(None, error.code),
        }
    }
}

impl Listener for Program {
    async fn about(&mut self, event: Event) -> Then {
        match event {
            Event::Happened(happened) if happened.organization_id == self.actor.organization_id => {
                let heard = happened.all.into_iter().filter(|it| self.reaches(it));
                Then::Say(heard.map(|it| text(&Message::from(it))).collect())
            }
            Event::Happened(_) => Then::NOTHING,
            Event::Changed(change) => {
                if let Some(ended) = change.ended.into_iter().find(|ended| ended.id == self.session_id) {
                    return Then::Close(None, ended.reason);
                }
                // A key hangs on its owner's account too, which is changed in another organization as well.
                let here = self.call.session.kind == SessionKind::ApiKey
                    || change.organization_id.is_none_or(|id| id == self.actor.organization_id);
                if here && change.topics.contains(&Topic::Access) { self.look_again().await } else { Then::NOTHING }
            }
            Event::Reset => match self.look_again().await {
                Then::Say(mut said) => {
                    said.push(text(&Message::Reset));
                    Then::Say(said)
                }
                then => then,
            },
        }
    }

    fn wakes(&self) -> Instant {
        self.looks
    }

    /// A token, a secret or a grant may have run out.
    async fn woken(&mut self) -> Then {
        self.looks = Instant::now() + TICK;
        if self.call.now() >= self.until { self.look_again().await } else { Then::NOTHING }
    }

    fn still_there(&self) {
        self.call.caller().still_there();
    }
}

impl From<Happening> for Message {
    fn from(it: Happening) -> Message {
        Message::Event { event: it.kind, screen: it.screen, place_id: it.place_id, at: rfc3339(it.at), data: it.data }
    }
}

fn hears(actor: &Actor) -> Vec<Hears> {
    let open = SCREENS.into_iter().filter(|screen| actor.level(*screen) >= Level::Read);
    open.map(|screen| Hears { screen, level: actor.level(screen), places: places(actor, screen) }).collect()
}

fn places(actor: &Actor, screen: Screen) -> PlacesJson {
    let grants = || actor.grants.iter().filter(|grant: &&Grant| grant.levels.get(screen) >= Level::Read);
    if grants().any(|grant| grant.place.is_none()) {
        return PlacesJson::Everything("everything");
    }
    let named = grants().filter_map(|grant| grant.place.as_ref());
    let mut places: Vec<PlaceJson> =
        named.map(|place| PlaceJson { id: place.id.clone(), name: place.full_name.clone() }).collect();
    places.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    places.dedup_by(|a, b| a.id == b.id);
    PlacesJson::Some(places)
}
