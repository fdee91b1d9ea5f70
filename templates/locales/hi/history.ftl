history-title = क्या बदला: { $title }
history-versions = संस्करण { $from } और संस्करण { $to }
history-since = संस्करण { $version } के बाद क्या बदला
history-model = दूसरा मॉडल मापा गया।
history-model-same = दोनों संस्करण एक ही मॉडल मापते हैं।
history-lists = दूसरी सूचियाँ ली गईं। इसलिए दोनों संस्करणों की संख्याओं की तुलना नहीं होती।
history-nothing = लोगों के लिखे शब्दों में कुछ नहीं बदला।
history-fields = बदले हुए शब्द
history-signals = ऊपर या नीचे गए संकेत
history-signals-none = संकेत उसी क्रम में हैं।
history-signal = संकेत
history-before = पहले
history-after = अब
history-new = नया
history-gone = हटा
history-rank = क्रमांक { $rank }
history-flipped = पलटे हुए जोड़े
history-flip = सूची “{ $list }” में चीज़ { $upper } अब चीज़ { $lower } से ऊपर है।
history-flipped-none = हमारे उदाहरणों का कोई जोड़ा नहीं पलटा।
history-release = रिलीज़ { $version }
history-releases = दोनों रिलीज़
history-here = कार्ड का संस्करण { $version }
field-title = शीर्षक
field-one-line = यह क्या करता है
field-operator = इसे कौन चलाता है
field-author = कार्ड किसने लिखा
field-surface = लोग इसे कहाँ देखते हैं
field-decides = यह क्या तय करता है
field-order = पहले कौन सा सिरा आता है

feed-title = नए सिस्टम कार्ड
feed-title-card = नए संस्करण: { $title }
feed-entry = { $title }, संस्करण { $version }
feed-link = इस कार्ड के समाचार (Atom)
feed-site = सभी कार्डों के समाचार (Atom)

reading-title = ये शब्द कितने कठिन हैं
reading-grade = लेखक के शब्दों के लिए लगभग { $grade } साल की पढ़ाई चाहिए। एक वाक्य में औसतन { $words } शब्द हैं।
reading-words = लेखक के एक वाक्य में औसतन { $words } शब्द हैं।
reading-marked = इस पन्ने पर उन पर ऐसा निशान है।
reading-hard = ये वाक्य पढ़ने में कठिन हैं:
reading-hard-none = कोई वाक्य बहुत लंबा या कठिन नहीं है।
history-orders = सूचियों का क्रम
history-reordered = { $reordered ->
    [one] { $lists } में से { $reordered } सूची का क्रम बदला।
   *[other] { $lists } में से { $reordered } सूचियों का क्रम बदला।
}
history-top-changed = { $changed ->
    [one] { $lists } में से { $changed } में ऊपर दूसरी चीज़ें हैं।
   *[other] { $lists } में से { $changed } में ऊपर दूसरी चीज़ें हैं।
}
history-orders-how = दोनों मॉडल नए संस्करण की सूचियों पर चलाए गए।
history-orders-unfit = पुराने मॉडल को ऐसा संकेत चाहिए जो नई सूचियों में नहीं है। इसलिए क्रम की तुलना नहीं हुई।
history-orders-not-now = अभी दोनों क्रमों की तुलना नहीं हो सकी। एक मिनट बाद देखिए।
history-releases-same = दोनों रिलीज़ में वही फ़ाइलें हैं और वही कहा गया है।
history-file-new = नई है ({ $after })
history-file-gone = अब नहीं है (पहले { $before })
history-file-changed = बदली ({ $before } से { $after })
history-json = यही प्रोग्रामों के लिए (JSON)
field-description = विवरण
field-datasets = डेटा सेट
field-family = परिवार
field-variant = कितना सिखाया गया
history-first-lists = { $all } सूचियों में से पहली { $lists } की तुलना हुई।
history-orders-access = इस सिस्टम की फ़ाइलें माँगनी पड़ती हैं। इसलिए क्रम की तुलना नहीं हुई।
history-orders-failed = दोनों क्रमों की तुलना नहीं हो सकी।
