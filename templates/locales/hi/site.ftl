site-name = Vitrine
site-promise = देखिए कि आपकी सूचियों का क्रम क्या तय करता है, आप क्या बदल सकते हैं, और हर संख्या खुद जाँचिए।
skip-link = सीधे सामग्री पर जाएँ
nav-label = मुख्य
nav-cards = कार्ड
nav-releases = रिलीज़
nav-docs = यह कैसे चलता है
nav-check = कार्ड कैसे जाँचें
nav-api = प्रोग्रामों के लिए: API
languages-label = भाषाएँ
language-machine = इस पन्ने का अनुवाद मशीन ने किया है। किसी व्यक्ति ने इसे नहीं जाँचा है।
language-rest = जिसका अनुवाद नहीं हुआ, वह अंग्रेज़ी में है।
honest-limit = मॉडल का सच्चा कार्ड यह साबित नहीं करता कि चलाने वाला यही मॉडल चलाता है।

home-title = आपकी सूचियाँ क्या तय करता है
home-systems = { $count ->
    [one] { $count } सिस्टम समझाया गया
   *[other] { $count } सिस्टम समझाए गए
}
home-records = { $count ->
    [one] रिकॉर्ड बही में { $count } प्रविष्टि
   *[other] रिकॉर्ड बही में { $count } प्रविष्टियाँ
}
home-systems-more = { $count } से ज़्यादा सिस्टम समझाए गए
home-releases-more = { $count } से ज़्यादा रिलीज़ सुरक्षित
home-releases = { $count ->
    [one] { $count } रिलीज़ सुरक्षित
   *[other] { $count } रिलीज़ सुरक्षित
}
home-doors = कहाँ से शुरू करें
home-door-reader = मैं ऐसी सूचियाँ देखता हूँ
home-door-reader-text = अपना सिस्टम खोजिए। देखिए कि चीज़ किससे खिसकती है और आप क्या बदल सकते हैं।
home-door-engineer = मैं ऐसे सिस्टम बनाता हूँ
home-door-engineer-text = एक मॉडल, कुछ शब्द और कुछ सूचियाँ भेजिए। कार्ड हम माप देंगे।
home-door-regulator = मैं ऐसे सिस्टम जाँचता हूँ
home-door-regulator-text = हर संख्या दोबारा निकालिए, बिना खाते और बिना पूछे।
home-newest = सबसे नए कार्ड
home-all-cards = सभी कार्ड

search-label = खोज
search-button = खोजें
search-none = यहाँ “{ $words }” शब्द नहीं मिले। कम शब्द लिखकर देखिए।
search-results = नतीजे
list-next = और

withdrawn = वापस लिया गया
withdrawn-on = { $date } को वापस लिया गया।
withdrawn-meaning = प्रकाशक अब इसकी सलाह नहीं देता। रिकॉर्ड बना रहता है, ताकि कोई यह न कह सके कि वह कभी था ही नहीं।
withdrawn-reason = बताया गया कारण:

docs-title = यह कैसे चलता है
docs-lead = सरल शब्दों में छोटे पन्ने।
docs-next = आगे पढ़ें:
