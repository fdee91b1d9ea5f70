releases-title = रिलीज़
releases-lead = रिलीज़ कभी नहीं बदलती। उसकी फ़ाइलें रखी जाती हैं और फ़िंगरप्रिंट से पहचानी जाती हैं।
releases-none = अभी कोई रिलीज़ नहीं है।
release-card-link = कार्ड
kind-model = मॉडल
kind-ranking = क्रम देने वाला सिस्टम
kind-dataset = डेटा सेट
visibility-public = सबके लिए खुला
visibility-gated = अनुमति माँगें
visibility-sealed = बंद
visibility-private = निजी

release-card = कार्ड
release-card-none = इस रिलीज़ में क्रम देने वाला सिस्टम नहीं है, इसलिए कार्ड नहीं है।
release-card-pending = कार्ड मापा जा रहा है। एक मिनट बाद देखिए।
release-card-ready = इस रिलीज़ का कार्ड तैयार है।
release-card-failed = कार्ड नहीं बना, क्योंकि मॉडल ठीक से नहीं चला।
release-card-open = कार्ड पढ़ें
release-stated = प्रकाशक क्या कहता है
release-limits = यह क्या नहीं कर सकता
release-risks = जोखिम
release-benefits = यह किसके लिए अच्छा है
release-facts = तथ्य
release-document = रिलीज़ का मूल दस्तावेज़
fact-published = प्रकाशित
fact-kind = प्रकार
fact-licence = लाइसेंस
fact-task = काम
fact-library = इसे पढ़ने वाली लाइब्रेरी
fact-tags = टैग
fact-digest = फ़िंगरप्रिंट
answer-yes = हाँ
answer-no = नहीं

repository-releases = रिलीज़
repository-no-releases = अभी कुछ प्रकाशित नहीं हुआ।
repository-files = फ़ाइलें
tree-title = फ़ाइलें

signature-title = प्रकाशक के हस्ताक्षर
signature-good = प्रकाशक की बताई हुई एक कुंजी ने ठीक इन्हीं फ़ाइलों पर हस्ताक्षर किए।
signature-bad = यह हस्ताक्षर सही नहीं है।
signature-unknown-key = किसी कुंजी ने इस पर हस्ताक्षर किए, पर प्रकाशक ने उसे यहाँ नहीं बताया है।
signature-unchecked = यह हस्ताक्षर जाँचा नहीं जा सका।
signature-key = कुंजी:

release-short = संक्षेप में
ask-for = यह किसलिए है?
ask-not-for = किसे इसे नहीं चलाना चाहिए?
ask-languages = कौन सी भाषाएँ?
ask-terms = मैं इसके साथ क्या कर सकता हूँ?
ask-learnt = इसने किससे सीखा?
ask-family = यह किस परिवार से है?
ask-size = यह कितना बड़ा है?
ask-samples = क्या यह वही करता है जो प्रकाशित हुआ?
answer-not-said = प्रकाशक ने नहीं बताया।
answer-no-language = प्रकाशक ने कोई भाषा नहीं बताई।
answer-data-sets = डेटा सेट: { $names }
answer-family = यह { $family } में से एक है।
answer-pretrained = इसने केवल आम डेटा से सीखा।
answer-fine-tuned = इसे अपने काम के लिए आगे सिखाया गया।
answer-parameters = { $count ->
    [one] इसमें सीखी हुई { $count } संख्या है।
   *[other] इसमें सीखी हुई { $count } संख्याएँ हैं।
}
answer-time = इसके आधे उत्तरों ने हमारी मशीन पर ज़्यादा से ज़्यादा { $time } मिलीसेकंड लिए।
task-ranking = यह सूची की चीज़ों को क्रम में रखता है।
task-dataset = यह सीखने या जाँचने का डेटा है।
task-text = यह पाठ लिखता है।
task-translation = यह पाठ को दूसरी भाषा में बदलता है।
task-summary = यह लंबे पाठ को छोटा करता है।
task-class = यह चीज़ों को समूहों में बाँटता है।
task-number = यह एक संख्या का अनुमान लगाता है।
task-meaning = यह पाठ को ऐसी संख्याओं में बदलता है जो अर्थ बताती हैं।
task-questions = यह पाठ के बारे में सवालों के जवाब देता है।
task-speech = यह बोली को पाठ में बदलता है।
task-voice = यह पाठ को आवाज़ में बदलता है।
task-pictures = यह चित्र बनाता है।
licence-free = आप इसके साथ जो चाहें कर सकते हैं ({ $licence })।
licence-notice = आप इसे चला, बदल और बाँट सकते हैं, पैसे के लिए भी। इसकी सूचना साथ रखें ({ $licence })।
licence-name = आप इसे चला, बदल और बाँट सकते हैं, पैसे के लिए भी। बताएँ कि किसने बनाया ({ $licence })।
licence-same-terms = आप इसे चला, बदल और बाँट सकते हैं। इससे बना जो बाँटें, उसकी शर्तें यही हों ({ $licence })।
licence-no-money = आप इसे चला, बदल और बाँट सकते हैं, पर पैसे के लिए नहीं। बताएँ कि किसने बनाया ({ $licence })।
licence-no-change = आप इसे जैसा है वैसा चला और बाँट सकते हैं। बदला हुआ नहीं बाँट सकते ({ $licence })।
licence-other = इसकी अपनी शर्तें हैं। पहले उन्हें पढ़ें: { $licence }।
release-run = इसे चलाएँ
run-onnx = Python की ये पंक्तियाँ मॉडल लाकर एक बार चलाती हैं। इन्हें onnxruntime और huggingface_hub चाहिए।
run-llama = ये पंक्तियाँ मॉडल लाकर llama.cpp से चलाती हैं।
run-transformers = Python की ये पंक्तियाँ मॉडल लाकर एक बार चलाती हैं। इन्हें transformers चाहिए।
run-fetch = ये पंक्तियाँ सारी फ़ाइलें लाती हैं।
release-found = हमने क्या पाया
examination-pending = फ़ाइलें पढ़ी जा रही हैं। एक मिनट बाद देखिए।
examination-failed = फ़ाइलें यहाँ पढ़ी नहीं जा सकीं।
samples-title = नमूने
samples-gave = इसने { $ran } में से { $same } बार प्रकाशित उत्तर दिया।
samples-held = रिलीज़ में { $found } नमूने हैं।
samples-again = { $count ->
    [one] दोबारा पूछने पर { $count } उत्तर बिल्कुल वही रहा।
   *[other] दोबारा पूछने पर { $count } उत्तर बिल्कुल वही रहे।
}
samples-when = उत्तर तब गिना जाता है जब अंतर { $absolute } और अपने आकार के { $relative } गुना से ज़्यादा न हो।
samples-each = हर नमूना
samples-more = { $count ->
    [one] और { $count }।
   *[other] और { $count }।
}
samples-unused = ये फ़ाइलें काम में नहीं आ सकीं:
sample-same = प्रकाशित उत्तर
sample-other = दूसरा उत्तर
sample-failed = कोई उत्तर नहीं
sample-difference = (अंतर ज़्यादा से ज़्यादा { $difference })
claims-title = क्या दावा था, और हमने क्या मापा
claims-lead = प्रकाशक ये संख्याएँ बताता है। फ़ाइलों से जो मापा जा सकता है, हम मापते हैं।
claim-claimed = दावा
claim-measured = यहाँ मापा गया
claim-difference = मापा हुआ घटा दावा
claim-rows = { $rows ->
    [one] { $data } की { $rows } पंक्ति पर।
   *[other] { $data } की { $rows } पंक्तियों पर।
}
unmeasured-no-data = नहीं मापा: रिलीज़ में इसके लिए पंक्तियाँ नहीं हैं।
unmeasured-no-formula = नहीं मापा: हमारे पास इसका सूत्र नहीं है।
unmeasured-no-number = नहीं मापा: दावा कोई संख्या नहीं है।
unmeasured-no-model = नहीं मापा: रिलीज़ में यहाँ चलने वाला मॉडल नहीं है।
unmeasured-rows = नहीं मापा: पंक्तियाँ मॉडल से मेल नहीं खातीं।
unmeasured-run = नहीं मापा: मॉडल ने उत्तर नहीं दिया।
held-title = फ़ाइलों में क्या है
held-parameters = { $count ->
    [one] सीखी हुई { $count } संख्या
   *[other] सीखी हुई { $count } संख्याएँ
}
held-number = { $count ->
    [one] { $count }
   *[other] { $count }
}
held-refused = यह फ़ाइल पढ़ी नहीं जा सकी:
held-tensors = टेंसर
held-inputs = भीतर जाता है
held-outputs = बाहर आता है
held-kinds = किससे बना
found-nothing = इस रिलीज़ की कोई फ़ाइल ऐसी नहीं जिसे हम पढ़ सकें।
found-check = यह सब फिर से पाया जा सकता है:
found-document = मूल दस्तावेज़
release-tests = प्रकाशन से पहले की जाँचें
release-energy = ऊर्जा
test-nothing = कोई नतीजा प्रकाशित नहीं हुआ।
test-who = करने वाले: { $who }
test-hours = { $hours ->
    [one] ({ $hours } घंटा)
   *[other] ({ $hours } घंटे)
}
held-opsets = ऑपरेटरों के समूह
held-format = फ़ाइल के रूप का संस्करण
held-producer = किससे लिखी गई
held-note = फ़ाइल में टिप्पणी
held-metadata = लेखक ने जोड़ा
held-architecture = नेटवर्क का प्रकार
