//! `LevelsFields(state, viewer, why, error, text?)`: none, read or full for every screen of the catalog, one fieldset each.

use crate::access::{Level, Levels, SCREENS, Screen, ScreenRow};
use crate::browser;
use crate::ui::{Button, Card, Glyph, Icon, Sent};
use leptos::html;
use leptos::prelude::*;

/// What is chosen, in catalog order.
#[derive(Clone, Copy)]
pub struct LevelsState([RwSignal<Level>; SCREENS.len()]);

impl LevelsState {
    pub fn new(levels: &Levels) -> LevelsState {
        LevelsState(std::array::from_fn(|at| RwSignal::new(levels.get(SCREENS[at].screen))))
    }

    /// Takes over what was chosen before the application had started.
    pub fn take(self, sent: &Sent) {
        for row in SCREENS {
            let word = sent.text(&format!("level-{}", row.code));
            let level = Level::ALL.into_iter().find(|level| Some(level.word()) == word);
            level.into_iter().for_each(|level| self.of(row.screen).set(level));
        }
    }

    fn of(self, screen: Screen) -> RwSignal<Level> {
        self.0[screen as usize]
    }

    pub fn levels(self) -> Levels {
        untrack(|| self.chosen())
    }

    /// As they are now and from now on.
    pub fn chosen(self) -> Levels {
        SCREENS.iter().map(|row| (row.screen, self.of(row.screen).get())).collect()
    }

    pub fn set(self, levels: &Levels) {
        for (screen, level) in levels.all() {
            self.of(screen).set(level);
        }
    }

    /// `level` on every screen, as far as the viewer has it.
    fn set_all(self, level: Level, viewer: &Levels) {
        for (screen, have) in viewer.all() {
            self.of(screen).set(level.min(have));
        }
    }
}

const ON_PROFILES: &str = "Full includes Read. You choose the places when you give someone the profile.";

#[component]
pub fn LevelsFields(
    state: LevelsState,
    /// What the viewer has: nobody gives more.
    viewer: Levels,
    /// Why nothing can be changed.
    why: Option<String>,
    error: Signal<Option<String>>,
    #[prop(default = "Screens")] title: &'static str,
    #[prop(default = ON_PROFILES)] text: &'static str,
) -> impl IntoView {
    let stays = why.clone();
    let quick = move |label: &'static str, level: Level| {
        let act = move || state.set_all(level, &viewer);
        view! { <Button on_click=act disabled_reason=Signal::stored(stays.clone())>{label}</Button> }
    };
    let quick = view! { {quick("Set all to Read", Level::Read)} {quick("Set all to None", Level::None)} };
    let group = move |administration: bool| {
        let rows = SCREENS.iter().filter(move |row| row.administration == administration);
        rows.map(|row| level_row(row, state.of(row.screen), viewer.get(row.screen), why.clone(), error)).collect_view()
    };
    view! {
        <Card title=title text=text>
            <div class="toolbar">{quick}</div>
            <p class="field-error" id="levels-error" hidden=move || error.with(Option::is_none)>
                {move || error.get().map(|error| view! { <Glyph icon=Icon::Warning /> <span>{error}</span> })}
            </p>
            <h3 class="level-group">"Platform"</h3>
            <div class="level-table" data-field="levels">{group(false)}</div>
            <h3 class="level-group">"Administration"</h3>
            <div class="level-table" data-field="levels">{group(true)}</div>
        </Card>
    }
    .into_any()
}

/// One screen. A level that cannot be chosen stays visible, and the line under the screen says why.
fn level_row(
    row: &'static ScreenRow,
    chosen: RwSignal<Level>,
    have: Level,
    why: Option<String>,
    error: Signal<Option<String>>,
) -> AnyView {
    let about = format!("level-{}-about", row.code);
    let nodes: [NodeRef<html::Input>; 3] = std::array::from_fn(|_| NodeRef::new());
    keep(nodes, chosen);
    let radio = |(level, node): (Level, NodeRef<html::Input>)| {
        let reason = why.clone().or_else(|| (level > have).then(|| limit(row, have)));
        radio_view(row.code, level, chosen, node, reason, error)
    };
    let radios = Level::ALL.into_iter().zip(nodes).map(radio).collect_view();
    let reach = if row.screen.has_places() { "Can be limited to buildings and floors." } else { "Organization-wide." };
    let limited = (why.is_none() && have < Level::Full).then(|| limit(row, have));
    view! {
        <fieldset class="level-row" aria-describedby=about.clone()>
            <legend>{row.label}</legend>
            <p class="field-hint" id=about.clone()>{reach} {limited.map(|limit| format!(" {limit}"))}</p>
            <div class="level-choices">{radios}</div>
        </fieldset>
    }
    .into_any()
}

fn limit(row: &ScreenRow, have: Level) -> String {
    match have {
        Level::None => format!("You don't have access to {}.", row.label),
        have => format!("You only have {} access to {}.", have.word(), row.label),
    }
}

fn radio_view(
    code: &'static str,
    level: Level,
    chosen: RwSignal<Level>,
    node: NodeRef<html::Input>,
    reason: Option<String>,
    error: Signal<Option<String>>,
) -> AnyView {
    let blocked = reason.is_some();
    view! {
        <label class="level" title=reason>
            <input
                node_ref=node
                type="radio"
                name=format!("level-{code}")
                value=level.word()
                checked=chosen.get_untracked() == level
                disabled=browser::UNTIL_STARTED.filter(|_| blocked)
                aria-disabled=blocked.then_some("true")
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                on:click=move |event| if blocked { event.prevent_default() }
                on:change=move |_| chosen.set(level)
            />
            <span>{level.label()}</span>
        </label>
    }
    .into_any()
}

/// Keeps the signal and the three buttons equal; what was chosen before hydration stays chosen.
fn keep(nodes: [NodeRef<html::Input>; 3], chosen: RwSignal<Level>) {
    let first = chosen.get_untracked();
    Effect::new(move |seen: Option<bool>| {
        let [Some(none), Some(read), Some(full)] = nodes.map(|node| node.get()) else { return false };
        let buttons = [none, read, full];
        let now = chosen.get();
        let shown = Level::ALL.into_iter().zip(&buttons).find(|(_, button)| button.checked()).map(|(level, _)| level);
        match shown.filter(|shown| seen != Some(true) && now == first && *shown != now) {
            Some(shown) => chosen.set(shown),
            None => Level::ALL.into_iter().zip(&buttons).for_each(|(level, button)| button.set_checked(level == now)),
        }
        true
    });
}
