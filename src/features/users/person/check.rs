//! *Can Ivan change Lighting at Building A / Floor 2?*, answered by the rule that also enforces it. A plain form: it works
//! without the application, and the question stands in the address.

use super::model::{Question, Verdict};
use crate::access::{Level, SCREENS, Screen};
use crate::error::AppError;
use crate::features::users::api;
use crate::rights::model::PlaceChoice;
use crate::ui::{Button, Card, Choice, ErrorState, SelectField, Time};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

/// The question in the address; none while there is none.
fn asked(map: &ParamsMap) -> Option<Question> {
    let screen = Screen::from_code(&map.get("screen")?)?;
    let level = if map.get("level").as_deref() == Some(Level::Full.word()) { Level::Full } else { Level::Read };
    Some(Question { screen, level, place: map.get("place").filter(|id| !id.is_empty()) })
}

#[component]
pub fn CheckAccess(id: String, first: String, places: Vec<PlaceChoice>) -> impl IntoView {
    let (query, location, navigate) = (use_query_map(), use_location(), use_navigate());
    let now = query.with_untracked(asked);
    let level = RwSignal::new(now.as_ref().map_or(Level::Read, |now| now.level).word().to_owned());
    let screen = RwSignal::new(now.as_ref().map_or(Screen::Rooms, |now| now.screen).code().to_owned());
    let place = RwSignal::new(now.and_then(|now| now.place).unwrap_or_default());
    let verdict = Resource::new(
        move || query.with(asked),
        move |question| {
            let id = id.clone();
            async move {
                match question {
                    Some(question) => Some(api::check(id, question).await),
                    None => None,
                }
            }
        },
    );
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        let all = [("level", level.get()), ("screen", screen.get()), ("place", place.get())];
        let map: ParamsMap = all.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        let href = format!("{}{}", location.pathname.get_untracked(), map.to_query_string());
        navigate(&href, NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() });
    };
    let levels = vec![Choice::new(Level::Read.word(), "see"), Choice::new(Level::Full.word(), "change")];
    let screens = SCREENS.iter().map(|row| Choice::new(row.screen.code(), row.screen.label())).collect::<Vec<_>>();
    view! {
        <Card title=format!("Check what {first} can do")>
            <form class="ask" method="get" novalidate on:submit=ask>
                <SelectField name="level" label=format!("Can {first}") options=levels value=level required=true />
                <SelectField name="screen" label="Screen" options=screens value=screen required=true />
                <SelectField name="place" label="At" options=choices(places) value=place required=true />
                <Button submit=true early=true>"Check"</Button>
            </form>
            <Transition>
                {move || Suspend::new(async move { verdict.await.map(answer) })}
            </Transition>
        </Card>
    }
    .into_any()
}

fn choices(places: Vec<PlaceChoice>) -> Vec<Choice> {
    let anywhere = Choice::new("", "any place");
    std::iter::once(anywhere).chain(places.into_iter().map(|place| Choice::new(place.id, place.full_name))).collect()
}

fn answer(verdict: Result<Verdict, AppError>) -> AnyView {
    let Verdict { allowed, text, until } = match verdict {
        Ok(verdict) => verdict,
        Err(error) => return view! { <ErrorState error=error /> }.into_any(),
    };
    let word = if allowed { "Yes" } else { "No" };
    let end = match until {
        Some(at) => view! { ", until " <Time at=at /> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <p class=if allowed { "verdict yes" } else { "verdict" } role="status"><strong>{word} {end} "."</strong> " " {text}</p>
    }
    .into_any()
}
