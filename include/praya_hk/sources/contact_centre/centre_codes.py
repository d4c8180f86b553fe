"""The code lists of the synthetic 1823: departments, districts, subjects, channels and the rest.

Departments and districts are Hong Kong's own, by the codes of the Interoperability Framework; which 23 departments
1823 serves, the subjects and the shares are this project's choice, for the real ones are not published.
"""

from __future__ import annotations

from typing import NamedTuple

DEPARTMENTS = {
    "AFCD": "Agriculture, Fisheries and Conservation Department",
    "ARCHSD": "Architectural Services Department",
    "BD": "Buildings Department",
    "CEDD": "Civil Engineering and Development Department",
    "CR": "Companies Registry",
    "DH": "Department of Health",
    "DSD": "Drainage Services Department",
    "EMSD": "Electrical and Mechanical Services Department",
    "EPD": "Environmental Protection Department",
    "FEHD": "Food and Environmental Hygiene Department",
    "HAD": "Home Affairs Department",
    "HD": "Housing Department",
    "HKPF": "Hong Kong Police Force",
    "HYD": "Highways Department",
    "LANDSD": "Lands Department",
    "LCSD": "Leisure and Cultural Services Department",
    "LD": "Labour Department",
    "LR": "The Land Registry",
    "MD": "Marine Department",
    "RVD": "Rating and Valuation Department",
    "SWD": "Social Welfare Department",
    "TD": "Transport Department",
    "WSD": "Water Supplies Department",
}

CHANNELS = ("phone", "email", "web-form", "mobile-app", "chatbot", "fax-post")
WRITTEN_SHARES = {"email": 0.42, "web-form": 0.21, "mobile-app": 0.20, "chatbot": 0.14, "fax-post": 0.03}

# BCP 47: Cantonese, Putonghua, English.
LANGUAGES = ("yue", "cmn", "en")
LANGUAGE_SHARES = (0.86, 0.05, 0.09)

CASE_TYPES = ("enquiry", "service-request-or-complaint", "suggestion", "compliment")
STATUSES = ("open", "closed", "reopened")
OUTCOMES = ("completed", "reply-sent", "no-further-action", "reassigned")
TEAMS = ("day-1", "day-2", "day-3", "night", "putonghua", "english")


class District(NamedTuple):
    """A district's name, its share of cases with a place, and a rough box on the HK1980 Grid in metres."""

    name: str
    share: float
    box: tuple[int, int, int, int]  # east from, north from, east to, north to


DISTRICTS = {
    "CW": District("Central and Western", 0.048, (829900, 814600, 834900, 817000)),
    "WC": District("Wan Chai", 0.040, (835100, 813000, 838300, 816100)),
    "EST": District("Eastern", 0.066, (838400, 813500, 843800, 817200)),
    "STH": District("Southern", 0.034, (832000, 807900, 844300, 814800)),
    "YTM": District("Yau Tsim Mong", 0.082, (834000, 817200, 836600, 820800)),
    "SSP": District("Sham Shui Po", 0.065, (831400, 820100, 836200, 822800)),
    "KLC": District("Kowloon City", 0.066, (836100, 818100, 839100, 822300)),
    "WTS": District("Wong Tai Sin", 0.044, (836800, 821500, 841200, 824000)),
    "KT": District("Kwun Tong", 0.076, (839200, 816500, 843600, 821600)),
    "KC": District("Kwai Tsing", 0.055, (827100, 821400, 832500, 826000)),
    "TW": District("Tsuen Wan", 0.049, (823700, 822100, 832300, 828500)),
    "TM": District("Tuen Mun", 0.062, (808800, 825300, 819600, 832100)),
    "YL": District("Yuen Long", 0.093, (815500, 829200, 826800, 839600)),
    "NTH": District("North", 0.050, (827800, 838100, 842200, 845100)),
    "TP": District("Tai Po", 0.045, (832000, 831600, 841200, 838700)),
    "SK": District("Sai Kung", 0.047, (843300, 817700, 850500, 828800)),
    "ST": District("Sha Tin", 0.055, (835400, 823700, 841900, 832100)),
    "ILD": District("Islands", 0.023, (808200, 809300, 818000, 819900)),
}


# What the groups of subjects are called in Chinese free text.
GROUPS = {
    "environmental-hygiene": "環境衞生",
    "roads": "道路",
    "traffic": "交通",
    "driving": "駕駛及車輛",
    "environment": "環境保護",
    "drainage": "渠務",
    "slopes": "斜坡",
    "trees": "樹木",
    "leisure": "康樂及文化",
    "buildings": "樓宇",
    "land": "土地",
    "housing": "房屋",
    "animals": "動物及郊野",
    "health": "衞生",
    "employment": "勞工",
    "welfare": "社會福利",
    "rates": "差餉",
    "business": "工商及安全",
    "water": "供水",
    "marine": "海事",
    "community": "地區事務",
}


class Subject(NamedTuple):
    """Two levels of what a case is about, the department that leads, and how often it comes up.

    `enquiries` and `requests` are weights among cases of that kind; `storm` multiplies on days of bad weather.
    """

    group: str
    code: str
    department: str
    enquiries: float
    requests: float
    storm: float = 1.0


SUBJECTS = (
    Subject("environmental-hygiene", "street-cleansing", "FEHD", 10, 60),
    Subject("environmental-hygiene", "refuse-collection", "FEHD", 8, 30, 1.5),
    Subject("environmental-hygiene", "water-seepage", "FEHD", 25, 45, 1.6),
    Subject("environmental-hygiene", "pest-control", "FEHD", 6, 30),
    Subject("environmental-hygiene", "food-premises-licence", "FEHD", 30, 12),
    Subject("environmental-hygiene", "markets-and-hawkers", "FEHD", 10, 18),
    Subject("roads", "road-defects", "HYD", 5, 40, 2.0),
    Subject("roads", "street-lighting", "HYD", 4, 20, 2.5),
    Subject("roads", "roadworks", "HYD", 4, 14),
    Subject("traffic", "illegal-parking", "HKPF", 3, 48, 0.5),
    Subject("traffic", "traffic-signals", "TD", 3, 14, 2.0),
    Subject("traffic", "public-transport", "TD", 20, 34, 1.5),
    Subject("driving", "driving-licence", "TD", 110, 6, 0.5),
    Subject("driving", "vehicle-licence", "TD", 100, 6, 0.5),
    Subject("driving", "driving-test", "TD", 40, 3, 0.5),
    Subject("environment", "noise", "EPD", 6, 26, 0.6),
    Subject("environment", "air-quality", "EPD", 4, 12),
    Subject("environment", "waste-and-recycling", "EPD", 20, 18),
    Subject("drainage", "blocked-drain", "DSD", 3, 16, 6.0),
    Subject("drainage", "flooding", "DSD", 2, 4, 15.0),
    Subject("slopes", "slope-maintenance", "CEDD", 2, 5, 8.0),
    Subject("slopes", "landslip-warning", "CEDD", 3, 1, 10.0),
    Subject("trees", "fallen-tree", "LCSD", 1, 4, 25.0),
    Subject("trees", "tree-maintenance", "LCSD", 2, 14, 4.0),
    Subject("leisure", "sports-facilities", "LCSD", 60, 14),
    Subject("leisure", "parks-and-beaches", "LCSD", 14, 12, 2.0),
    Subject("leisure", "libraries-and-museums", "LCSD", 18, 6),
    Subject("buildings", "unauthorised-building-works", "BD", 8, 26),
    Subject("buildings", "dangerous-building", "BD", 3, 10, 3.0),
    Subject("buildings", "government-premises", "ARCHSD", 2, 5),
    Subject("land", "unlawful-occupation", "LANDSD", 4, 16),
    Subject("land", "land-search", "LR", 16, 1),
    Subject("land", "small-house-policy", "LANDSD", 5, 2),
    Subject("housing", "public-housing-application", "HD", 24, 4),
    Subject("housing", "estate-management", "HD", 8, 14),
    Subject("animals", "stray-animals", "AFCD", 5, 12),
    Subject("animals", "dog-licence", "AFCD", 14, 2),
    Subject("animals", "country-parks", "AFCD", 6, 4),
    Subject("health", "health-centres", "DH", 22, 3),
    Subject("health", "travel-health", "DH", 12, 1),
    Subject("employment", "employees-rights", "LD", 80, 3),
    Subject("employment", "job-seeking", "LD", 22, 1),
    Subject("welfare", "social-security", "SWD", 26, 3),
    Subject("welfare", "elderly-services", "SWD", 14, 2),
    Subject("rates", "rates-account", "RVD", 44, 2),
    Subject("rates", "tenancy-matters", "RVD", 18, 1),
    Subject("business", "company-registration", "CR", 36, 1),
    Subject("business", "lifts-and-escalators", "EMSD", 4, 5),
    Subject("business", "gas-and-electricity-safety", "EMSD", 8, 3, 2.0),
    Subject("water", "water-account", "WSD", 14, 3),
    Subject("water", "burst-main", "WSD", 3, 9),
    Subject("marine", "vessel-licence", "MD", 6, 1),
    Subject("marine", "marine-refuse", "MD", 1, 3, 3.0),
    Subject("community", "community-halls", "HAD", 6, 2),
    Subject("community", "building-management", "HAD", 12, 5),
)
