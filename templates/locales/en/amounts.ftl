# Amounts in words. Numbers arrive rounded; the program writes them as the language does.

places-none = no place at all
places-hardly = less than 0.1 places
places-about = { $count ->
    [one] about { $count } place
   *[other] about { $count } places
}
places-around = around { $count } places
places-between = between { $low } and { $high } places

share-none = none
share-under-one = less than 1 in 100
share-twentieth = about 1 in 20
share-tenth = about a tenth
share-fifth = about a fifth
share-quarter = about a quarter
share-third = about a third
share-two-fifths = about two fifths
share-half = about half
share-three-fifths = about three fifths
share-two-thirds = about two thirds
share-three-quarters = about three quarters
share-four-fifths = about four fifths
share-nine-tenths = about nine tenths
share-nearly-all = nearly all
share-all = all
share-of-hundred = about { $count } in 100

points-none = no points
points-about = { $count ->
    [one] about { $count } point
   *[other] about { $count } points
}
points-between = between { $low } and { $high } points
points-between-in-unit = between { $low } and { $high } { $unit }
points-in-unit = about { $count } { $unit }
value-in-unit = { $count } { $unit }

size-bytes = { $count ->
    [one] { $count } byte
   *[other] { $count } bytes
}
size-kilobytes = { $count } kB
size-megabytes = { $count } MB
size-gigabytes = { $count } GB
size-terabytes = { $count } TB

count = { $count }
count-span = { $low } to { $high }
sentence = { $words }.
