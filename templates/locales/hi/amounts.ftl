places-none = एक भी स्थान नहीं
places-hardly = 0.1 स्थान से कम
places-about = { $count ->
    [one] लगभग { $count } स्थान
   *[other] लगभग { $count } स्थान
}
places-around = { $count } स्थान के आसपास
places-between = { $low } से { $high } स्थान के बीच

share-none = कोई नहीं
share-under-one = 100 में 1 से कम
share-twentieth = लगभग 20 में 1
share-tenth = लगभग दसवाँ हिस्सा
share-fifth = लगभग पाँचवाँ हिस्सा
share-quarter = लगभग एक चौथाई
share-third = लगभग एक तिहाई
share-two-fifths = लगभग 5 में 2
share-half = लगभग आधा
share-three-fifths = लगभग 5 में 3
share-two-thirds = लगभग दो तिहाई
share-three-quarters = लगभग तीन चौथाई
share-four-fifths = लगभग 5 में 4
share-nine-tenths = लगभग 10 में 9
share-nearly-all = लगभग पूरा
share-all = पूरा
share-of-hundred = 100 में लगभग { $count }

points-none = कोई अंक नहीं
points-about = { $count ->
    [one] लगभग { $count } अंक
   *[other] लगभग { $count } अंक
}
points-between = { $low } से { $high } अंक के बीच
points-between-in-unit = { $low } से { $high } { $unit } के बीच
points-in-unit = लगभग { $count } { $unit }
value-in-unit = { $count } { $unit }

size-bytes = { $count ->
    [one] { $count } बाइट
   *[other] { $count } बाइट
}
size-kilobytes = { $count } kB
size-megabytes = { $count } MB
size-gigabytes = { $count } GB
size-terabytes = { $count } TB

count = { $count }
count-span = { $low } से { $high }
sentence = { $words }।
