#include "synth/event_text.h"

#include <fmt/format.h>

#include "synth/json_text.h"

namespace starlift::synth {

namespace {

/// As PHP's json_encode writes, but every third text in plain UTF-8.
JsonStyle style_of(size_t number) {
  return {.escape_slash = true, .escape_non_ascii = number % 3 != 2};
}

std::vector<std::string> to_json_texts(Words words) {
  std::vector<std::string> texts;
  for (std::string_view word : words) {
    std::string text;
    append_json_string(text, word, style_of(texts.size()));
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace

EventText::EventText()
    : female_first_names_(to_json_texts(female_first_names())),
      male_first_names_(to_json_texts(male_first_names())),
      last_names_(to_json_texts(last_names())),
      metropolitan_areas_(to_json_texts(metropolitan_areas())),
      user_agents_(to_json_texts(user_agents())) {
  for (size_t i = 0; i < kPages; ++i) {
    const PageTraits& page = traits(static_cast<Page>(i));
    pages_[i].method_and_page =
        fmt::format(R"(,"method":"{}","page":"{}","registration":)", page.method, page.name);
    pages_[i].status = fmt::format(R"(,"status":{},"ts":)", page.status);
  }
}

void EventText::append(std::string& out, const Event& event, const Listener& listener) const {
  const bool is_known = event.state.is_logged_in;
  const bool is_play = event.page == Page::kNextSong;
  const Song& song = event.play.song;
  const JsonStyle style = style_of(song.title.size());
  const PageText& page = pages_[static_cast<size_t>(event.page)];
  auto append_if_known = [&](std::string_view text) { out += is_known ? text : "null"; };

  out += R"({"artist":)";
  is_play ? append_json_string(out, song.artist_name, style) : void(out += "null");
  out += is_known ? R"(,"auth":"Logged In","firstName":)" : R"(,"auth":"Logged Out","firstName":)";
  append_if_known((listener.is_female ? female_first_names_ : male_first_names_)[listener.first_name]);
  out += R"(,"gender":)";
  append_if_known(listener.is_female ? R"("F")" : R"("M")");
  out += R"(,"itemInSession":)";
  append_integer(out, event.item);
  out += R"(,"lastName":)";
  append_if_known(last_names_[listener.last_name]);
  out += R"(,"length":)";
  is_play ? append_hundred_thousandths(out, song.duration) : void(out += "null");
  out += event.state.is_paid ? R"(,"level":"paid","location":)" : R"(,"level":"free","location":)";
  append_if_known(metropolitan_areas_[listener.metropolitan_area]);
  out += page.method_and_page;
  if (is_known) {
    append_integer(out, listener.registration);
    out += R"(.0,"sessionId":)";
  } else {
    out += R"(null,"sessionId":)";
  }
  append_integer(out, event.session);
  out += R"(,"song":)";
  is_play ? append_json_string(out, song.title, style) : void(out += "null");
  out += page.status;
  append_integer(out, event.timestamp);
  out += R"(,"userAgent":)";
  append_if_known(user_agents_[listener.user_agent]);
  out += R"(,"userId":")";
  if (is_known) append_integer(out, event.listener + int64_t{1});
  out += R"("})";
}

}  // namespace starlift::synth
