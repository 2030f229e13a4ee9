#include "synth/vocabulary.h"

namespace starlift::synth {

Words female_first_names() {
  static constexpr std::string_view kWords[] = {
      "Kaylee",  "Sylvie",   "Lily",    "Chloe",   "Tegan",  "Ava",       "Jizelle", "Kate",
      "Mia",     "Zoë",      "Amélie",  "Aleena",  "Sofía",  "Layla",     "Hannah",  "Rylan",
      "Jacquel", "Makinley", "Chloé",   "Sienna",  "Ingrid", "Nevaeh",    "Anaïs",   "Åsa",
      "Molly",   "Preslee",  "Carlene", "Cecilia", "Cierra", "Viridiana", "Łucja",   "Naomi",
      "Ольга",   "Saga",     "Bronwyn", "Siobhán", "Wren",   "Yuki",      "さくら",  "Zahra"};
  return kWords;
}

Words male_first_names() {
  static constexpr std::string_view kWords[] = {
      "Walter",  "Ryan",         "Jayden",   "Adler",    "Wyatt",  "Samuel",   "José",     "Noah",
      "Devin",   "Anabelle-Lee", "Ayden",    "Martin",   "Jordyn", "Jacob",    "Tucker",   "Björn",
      "Kevin",   "Jahiem",       "Dominick", "Bronson",  "Connar", "Aiden",    "François", "Ivan",
      "Matthew", "Rubén",        "Stefán",   "Gianluca", "Иван",   "Joseph",   "Kael",     "Lázaro",
      "Marcus",  "Nils",         "Øyvind",   "Quentin",  "健太",   "Theodore", "D'Angelo", "Zygmunt"};
  return kWords;
}

Words last_names() {
  static constexpr std::string_view kWords[] = {
      "Frye",     "Summers",    "Cruz",         "Smith",     "Fox",       "Koch",    "Levine",    "Cuevas",
      "Barrera",  "Robinson",   "Lynch",        "Garrison",  "Harrell",   "Nguyễn",  "O'Connor",  "Müller",
      "Klein",    "Jones",      "Griffin",      "Roth",      "Gutiérrez", "Larson",  "Griffith",  "Wright",
      "Morales",  "Phillips",   "Carpenter",    "Hernández", "Johnson",   "Rosales", "Arellano",  "Burns",
      "Coleman",  "Jimenez",    "Lee",          "Ward",      "Sørensen",  "Thomas",  "Baker",     "Vaughn",
      "Perez",    "Þórsson",    "Ramsey",       "Santos",    "Garza",     "Yılmaz",  "Contreras", "Berry",
      "Clayton",  "Leach",      "Šimánek",      "Campbell",  "Cook",      "田中",    "Petrov",    "Иванова",
      "St. John", "De la Rosa", "van der Berg", "Null"};
  return kWords;
}

Words metropolitan_areas() {
  static constexpr std::string_view kWords[] = {"San Francisco-Oakland-Hayward, CA",
                                                "Phoenix-Mesa-Scottsdale, AZ",
                                                "Washington-Arlington-Alexandria, DC-VA-MD-WV",
                                                "San Jose-Sunnyvale-Santa Clara, CA",
                                                "New Orleans-Metairie, LA",
                                                "Augusta-Richmond County, GA-SC",
                                                "Cedar Rapids, IA",
                                                "Chicago-Naperville-Elgin, IL-IN-WI",
                                                "Columbia, SC",
                                                "Dallas-Fort Worth-Arlington, TX",
                                                "Eugene, OR",
                                                "Eureka-Arcata-Fortuna, CA",
                                                "Harrisburg-Carlisle, PA",
                                                "Houston-The Woodlands-Sugar Land, TX",
                                                "Janesville-Beloit, WI",
                                                "Klamath Falls, OR",
                                                "La Crosse-Onalaska, WI-MN",
                                                "Lake Havasu City-Kingman, AZ",
                                                "Lansing-East Lansing, MI",
                                                "Longview, TX",
                                                "Lubbock, TX",
                                                "Nashville-Davidson--Murfreesboro--Franklin, TN",
                                                "New Haven-Milford, CT",
                                                "New York-Newark-Jersey City, NY-NJ-PA",
                                                "Oxnard-Thousand Oaks-Ventura, CA",
                                                "Palestine, TX",
                                                "Portland-South Portland, ME",
                                                "Red Bluff, CA",
                                                "Richmond, VA",
                                                "Sacramento--Roseville--Arden-Arcade, CA",
                                                "Saginaw, MI",
                                                "Salinas, CA",
                                                "Waterloo-Cedar Falls, IA",
                                                "Youngstown-Warren-Boardman, OH-PA",
                                                "Yuba City, CA",
                                                "Mayagüez, PR",
                                                "San Germán, PR",
                                                "Española, NM",
                                                "Cañon City, CO",
                                                "Doña Ana, NM",
                                                "Līhuʻe, HI",
                                                "Coeur d'Alene, ID"};
  return kWords;
}

Words user_agents() {
  static constexpr std::string_view kWords[] = {
      R"("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/36.0.1985.143 Safari/537.36")",
      R"("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) AppleWebKit/537.77.4 (KHTML, like Gecko) Version/7.0.5 Safari/537.77.4")",
      R"("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_3) AppleWebKit/537.75.14 (KHTML, like Gecko) Version/7.0.3 Safari/537.75.14")",
      R"("Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/35.0.1916.153 Safari/537.36")",
      R"("Mozilla/5.0 (Windows NT 6.3; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/36.0.1985.125 Safari/537.36")",
      R"("Mozilla/5.0 (Windows NT 5.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/36.0.1985.143 Safari/537.36")",
      R"("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Ubuntu Chromium/36.0.1985.125 Chrome/36.0.1985.125 Safari/537.36")",
      R"("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/37.0.2062.94 Safari/537.36")",
      R"("Mozilla/5.0 (iPhone; CPU iPhone OS 7_1_1 like Mac OS X) AppleWebKit/537.51.2 (KHTML, like Gecko) Version/7.0 Mobile/11D201 Safari/9537.53")",
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.7; rv:31.0) Gecko/20100101 Firefox/31.0",
      "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:31.0) Gecko/20100101 Firefox/31.0",
      "Mozilla/5.0 (Windows NT 5.1; rv:31.0) Gecko/20100101 Firefox/31.0",
      "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
      "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; WOW64; Trident/6.0)",
      R"(Listener/2.1 (Windows; "C:\Program Files\Listener\new.exe"))"};
  return kWords;
}

Words nouns() {
  static constexpr std::string_view kWords[] = {
      "Moon",      "River",     "Heart",  "Shadow",   "Engine",  "Window",    "Harbor",    "Winter",
      "Garden",    "Mirror",    "Signal", "Road",     "Thunder", "Paper",     "Tiger",     "Ocean",
      "Lantern",   "Summer",    "Circus", "Stranger", "Diamond", "Highway",   "Kitchen",   "Sparrow",
      "Valley",    "Machine",   "Letter", "Bridge",   "Cinema",  "Gravity",   "Orchard",   "Station",
      "Empire",    "Feather",   "Ghost",  "Horizon",  "Island",  "Jukebox",   "Kingdom",   "Lullaby",
      "Mountain",  "Number",    "Parade", "Question", "Railway", "Satellite", "Telephone", "Umbrella",
      "Violin",    "Whisper",   "Anchor", "Balloon",  "Candle",  "Desert",    "Echo",      "Fever",
      "Glacier",   "Hurricane", "Ivory",  "Journey",  "Keyhole", "Ladder",    "Meadow",    "Needle",
      "Oracle",    "Pilot",     "Quarry", "Rooftop",  "Saddle",  "Temple",    "Voyage",    "Wagon",
      "Yesterday", "Zephyr",    "Avenue", "Blossom",  "Compass", "Daybreak",  "Ember",     "Fountain"};
  return kWords;
}

Words adjectives() {
  static constexpr std::string_view kWords[] = {
      "Broken",  "Silent",    "Golden", "Electric", "Lonely", "Crimson", "Hollow",      "Restless",
      "Velvet",  "Distant",   "Wild",   "Frozen",   "Sweet",  "Burning", "Empty",       "Tender",
      "Crooked", "Sleepless", "Black",  "Blue",     "Young",  "Ancient", "Secret",      "Bitter",
      "Rolling", "Little",    "Heavy",  "Painted",  "Faded",  "Gentle",  "Lost",        "Midnight",
      "Naked",   "Perfect",   "Quiet",  "Rusty",    "Savage", "Tall",    "Upside-Down", "Wooden"};
  return kWords;
}

Words foreign_words() {
  static constexpr std::string_view kWords[] = {
      "Canción", "Otoño",   "Corazón",     "Niña",         "Mañana",
      "Été",     "Forêt",   "Étoile",      "Garçon",       "Rêve",
      "Mädchen", "Straße",  "Über",        "Grüße",        "Sólin",
      "Ágætis",  "Þögn",    "Hjärta",      "Sjö",          "Ærø",
      "São",     "Coração", "Manhã",       "Cœur",         "Łódź",
      "Źródło",  "Říjen",   "Žízeň",       "Čas",          "Gül",
      "Yıldız",  "Москва",  "Зима",        "Подмосковные", "Θάλασσα",
      "Νύχτα",   "東京",    "夜",          "さくら",       "カラオケ",
      "서울",    "사랑",    "שלום",        "ليل",          "हिन्दी",
      "ไทย",     "Rock ♥",  "½",           "Naïve",        "🎸",
      "🌙 Mix",   "𝄞",       "e\u0301tude", "Señor",        "Tōkyō",
      "Ñandú",   "Pão",     "Jäger",       "Smörgås",      "Œuvre"};
  return kWords;
}

Words common_titles() {
  static constexpr std::string_view kWords[] = {
      "Intro",  "Untitled",     "Home",    "Intermezzo",   "You",          "Hold On",
      "Outro",  "Silent Night", "Stay",    "Summertime",   "Alone",        "Crazy",
      "Angel",  "Runaway",      "Déjà Vu", "Falling",      "Forever",      "Smile",
      "Dreams", "Why",          "1999",    "4:20",         "\"Heroes\"",   "Love / Hate",
      "N/A",    "null",         "AC\\DC",  "Bésame Mucho", "C'est La Vie", "Без названия"};
  return kWords;
}

Words title_endings() {
  static constexpr std::string_view kWords[] = {
      " (Album Version)", " (Instrumental)", " (Remastered)", " (LP Version)",
      " (Skit)",          " (Explicit)",     " (Part 1/2)",   " (Versión Original)"};
  return kWords;
}

Words unlisted_title_endings() {
  static constexpr std::string_view kWords[] = {
      " (Live)",          " (Demo)",    " (Acoustic)", " [Radio Edit]",
      " (Radio / Remix)", " (En Vivo)", " (feat. Ño)", " (2009 Bonus Track)"};
  return kWords;
}

std::span<const Place> places() {
  static constexpr Place kPlaces[] = {{"North Carolina", 3521962, -8001955},
                                      {"Memphis, TN", 3514968, -9004892},
                                      {"Burlington, Ontario, Canada", 4333871, -7979411},
                                      {"London, England", 5150632, -12714},
                                      {"California - LA", 3405349, -11824532},
                                      {"Ohio", 4019033, -8266947},
                                      {"Dubai UAE", 2527100, 5530000},
                                      {"München, Bayern", 4813913, 1158019},
                                      {"Málaga, España", 3672034, -442031},
                                      {"São Paulo, Brasil", -2354750, -4663611},
                                      {"Reykjavík, Ísland", 6414540, -2194240},
                                      {"Zürich", 4737706, 853955},
                                      {"Kraków, Polska", 5006143, 1993658},
                                      {"Göteborg, Sverige", 5770074, 1196679},
                                      {"Montréal, Québec", 4551228, -7355439},
                                      {"東京", 3568950, 13969171},
                                      {"Москва", 5575222, 3761556},
                                      {"Αθήνα", 3797945, 2371622},
                                      {"New York, NY [Manhattan]", 4079086, -7396644},
                                      {"Chicago, IL / Detroit, MI", 4187811, -8762980},
                                      {"Melbourne, Victoria, Australia", -3781753, 14496715},
                                      {"Kingston, Jamaica", 1799702, -7679358},
                                      {"Lagos", 645306, 339583},
                                      {"Quito, Ecuador", -22985, -7852495},
                                      {"Greenwich", 5147785, 0},
                                      {"Port-au-Prince, Haïti", 1853917, -7233500},
                                      {"Tórshavn", 6200790, -677000},
                                      {"Wellington, Aotearoa", -4128054, 17476702},
                                      {"http://www.example.com/tour", 3939000, -10106000},
                                      {"Fort Worth, TX \"Cowtown\"", 3273320, -9732160}};
  return kPlaces;
}

}  // namespace starlift::synth
