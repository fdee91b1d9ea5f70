places-none = ஒரு இடம்கூட இல்லை
places-hardly = 0.1 இடத்தை விடக் குறைவு
places-about = { $count ->
    [one] சுமார் { $count } இடம்
   *[other] சுமார் { $count } இடங்கள்
}
places-around = { $count } இடங்கள் அளவில்
places-between = { $low } முதல் { $high } இடங்கள் வரை

share-none = எதுவும் இல்லை
share-under-one = 100-ல் 1-ஐ விடக் குறைவு
share-twentieth = சுமார் 20-ல் 1
share-tenth = சுமார் பத்தில் ஒன்று
share-fifth = சுமார் ஐந்தில் ஒன்று
share-quarter = சுமார் கால் பங்கு
share-third = சுமார் மூன்றில் ஒன்று
share-two-fifths = சுமார் 5-ல் 2
share-half = சுமார் பாதி
share-three-fifths = சுமார் 5-ல் 3
share-two-thirds = சுமார் மூன்றில் இரண்டு
share-three-quarters = சுமார் முக்கால் பங்கு
share-four-fifths = சுமார் 5-ல் 4
share-nine-tenths = சுமார் 10-ல் 9
share-nearly-all = ஏறக்குறைய எல்லாம்
share-all = எல்லாம்
share-of-hundred = 100-ல் சுமார் { $count }

points-none = புள்ளி எதுவும் இல்லை
points-about = { $count ->
    [one] சுமார் { $count } புள்ளி
   *[other] சுமார் { $count } புள்ளிகள்
}
points-between = { $low } முதல் { $high } புள்ளிகள் வரை
points-between-in-unit = { $low } முதல் { $high } { $unit } வரை
points-in-unit = சுமார் { $count } { $unit }
value-in-unit = { $count } { $unit }

size-bytes = { $count ->
    [one] { $count } பைட்
   *[other] { $count } பைட்டுகள்
}
size-kilobytes = { $count } kB
size-megabytes = { $count } MB
size-gigabytes = { $count } GB
size-terabytes = { $count } TB

count = { $count }
count-span = { $low } முதல் { $high } வரை
sentence = { $words }.
