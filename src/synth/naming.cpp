#include "synth/naming.h"

#include <initializer_list>
#include <string_view>

#include "base/text.h"
#include "synth/json_text.h"
#include "synth/vocabulary.h"

namespace starlift::synth {

namespace {

void append_all(std::string& out, std::initializer_list<std::string_view> parts) {
  for (std::string_view part : parts)
    out += part;
}

}  // namespace

void append_title(std::string& out, Random& random) {
  switch (random.below(16)) {
    case 0:
      out += random.pick(common_titles());
      return;
    case 1:
    case 2:
      append_all(out, {random.pick(foreign_words()), " ", random.pick(foreign_words())});
      break;
    case 3:
      append_all(out, {random.pick(foreign_words()), " De ", random.pick(nouns())});
      break;
    case 4:
    case 5:
      append_all(out, {random.pick(nouns()), " & ", random.pick(nouns())});
      break;
    case 6:
    case 7:
    case 8:
      append_all(out,
                 {random.pick(nouns()), " Of The ", random.pick(adjectives()), " ", random.pick(nouns())});
      break;
    case 9:
      append_all(out, {"Don't Wake The ", random.pick(nouns())});
      break;
    default:
      append_all(out, {random.pick(adjectives()), " ", random.pick(nouns()), " ", random.pick(nouns())});
  }
  if (random.one_in(8)) out += random.pick(title_endings());
}

void append_artist_name(std::string& out, uint64_t seed, uint64_t artist) {
  Random random(seed, Random::Purpose::kArtist, artist);
  if (random.one_in(150)) {
    append_integer(out, random.between(2, 1999));
    return;
  }
  const std::string_view first = random.pick(random.one_in(2) ? female_first_names() : male_first_names());
  switch (random.below(8)) {
    case 0:
    case 1:
      append_all(out, {first, " ", random.pick(last_names())});
      break;
    case 2:
      append_all(out, {first, " & The ", random.pick(adjectives()), " ", random.pick(nouns()), "s"});
      break;
    case 3:
      append_all(out, {"The ", random.pick(adjectives()), " ", random.pick(nouns()), "s"});
      break;
    case 4:
      append_all(out, {random.pick(foreign_words()), " ", random.pick(nouns())});
      break;
    case 5:
      append_all(out, {"DJ ", random.pick(adjectives()), " ", first});
      break;
    case 6:
      append_all(out, {first, " ", random.pick(last_names()), " / ", random.pick(last_names()), " Trio"});
      break;
    default:
      append_all(out, {random.pick(adjectives()), " ", random.pick(foreign_words())});
  }
}

void respell_artist_name(std::string& name, Random& random) {
  switch (random.below(32)) {
    case 0:
      name = to_upper(name);
      break;
    case 1:
      if (name.starts_with("The ")) name = name.substr(4) + ", The";
      break;
    case 2:
      append_all(name, {" featuring ", random.pick(female_first_names())});
      break;
    case 3:
      append_all(name, {" / ", random.pick(male_first_names()), " ", random.pick(last_names())});
      break;
    default:
      break;
  }
}

}  // namespace starlift::synth
