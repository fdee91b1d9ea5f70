trial-title = आज़माइए: { $title }
trial-link = खुद आज़माइए
trial-lead = एक चीज़ बदलिए और नया क्रम देखिए। प्रकाशित मॉडल उसे अभी और यहीं बनाता है।
trial-made-up = यह सूची गढ़ी हुई है। कोई चीज़ असली नहीं है।
trial-list = सूची
trial-item = बदलने की चीज़
trial-open = दिखाएँ
trial-choose = 1. एक चीज़ चुनिए
trial-values = 2. उसके मान बदलिए
trial-own = सूची में यह { $value } है। सूचियों में { $min } से { $max } तक।
trial-own-missing = सूची में इसका कोई मान नहीं है।
trial-less = “{ $signal }” कम करें
trial-more = “{ $signal }” ज़्यादा करें
trial-without = अगर यह न होता तो?
trial-without-none = सब संकेत रखें
trial-without-help = तब सब चीज़ों को एक ही मान मिलता है।
trial-top = क्या इसे पहली चीज़ों में लाएगा?
trial-top-help = लिखिए कि आप कितने पहले स्थान चाहते हैं। छोड़ना हो तो ख़ाली रखें।
trial-submit = नया क्रम दिखाएँ
trial-again = फिर से शुरू करें
trial-order = 3. क्रम
trial-place = स्थान
trial-name = चीज़
trial-before = पहले
trial-score = स्कोर
trial-changed = आपने बदली
trial-up = { $places ->
    [one] { $places } स्थान ऊपर
   *[other] { $places } स्थान ऊपर
}
trial-down = { $places ->
    [one] { $places } स्थान नीचे
   *[other] { $places } स्थान नीचे
}
trial-same = वही स्थान
trial-moved-none = कोई चीज़ नहीं खिसकी।
trial-moved = { $count ->
    [one] { $count } चीज़ खिसकी।
   *[other] { $count } चीज़ें खिसकीं।
}
trial-stands = “{ $item }” अब स्थान { $place } पर है। पहले स्थान { $before } था।
trial-stays = “{ $item }” स्थान { $place } पर ही है।
trial-because = इसका स्कोर क्यों बदला
trial-reason-up = { $signal }: { $points } ज़्यादा
trial-reason-down = { $signal }: { $points } कम
trial-reason-none = { $signal }: कोई बदलाव नहीं
trial-others = बाकी ने केवल जगह दी।
trial-without-done = यहाँ सिस्टम को “{ $signal }” पता नहीं है। सब चीज़ों का मान { $value } है।
trial-goal = पहली { $count } में कैसे आए
trial-goal-already = यह अभी वहीं है।
trial-goal-found = { $changes } रखिए। तब यह स्थान { $place } पर होगी। हमने आज़माया: यह सच है।
trial-goal-value = “{ $signal }” को { $value }
trial-goal-and = { $one } और { $other }
trial-goal-exact = इससे छोटा कोई बदलाव काफ़ी नहीं है।
trial-goal-tried = हमने बहुत से मान आज़माए, सब नहीं। छोटा बदलाव भी काफ़ी हो सकता है।
trial-goal-not-found = एक या दो मानों का ऐसा कोई बदलाव नहीं मिला।
trial-goal-out-of-time = मिलने से पहले समय ख़त्म हो गया।
trial-goal-nothing = इसका कोई मान कोई नहीं बदल सकता।
trial-back = कार्ड पर वापस
trial-limits = यह प्रकाशित मॉडल दिखाता है। आपका सिस्टम दूसरा मॉडल चला सकता है।
