history-title = என்ன மாறியது: { $title }
history-versions = பதிப்பு { $from }, பதிப்பு { $to }
history-since = பதிப்பு { $version }-க்குப் பின் என்ன மாறியது
history-model = வேறு மாதிரி அளக்கப்பட்டது.
history-model-same = இரு பதிப்புகளும் ஒரே மாதிரியை அளக்கின்றன.
history-lists = வேறு பட்டியல்கள் பயன்பட்டன. எனவே இரு பதிப்புகளின் எண்களையும் ஒப்பிட முடியாது.
history-nothing = மனிதர்கள் எழுதியதில் எதுவும் மாறவில்லை.
history-fields = மாறிய சொற்கள்
history-signals = மேலோ கீழோ சென்ற சமிக்ஞைகள்
history-signals-none = சமிக்ஞைகள் அதே வரிசையில் உள்ளன.
history-signal = சமிக்ஞை
history-before = முன்பு
history-after = இப்போது
history-new = புதியது
history-gone = நீங்கியது
history-rank = எண் { $rank }
history-flipped = மாறி நிற்கும் இணைகள்
history-flip = “{ $list }” பட்டியலில் பொருள் { $upper } இப்போது பொருள் { $lower }-க்கு மேலே உள்ளது.
history-flipped-none = எங்கள் எடுத்துக்காட்டுகளில் எந்த இணையும் மாறவில்லை.
history-release = வெளியீடு { $version }
history-releases = இரண்டு வெளியீடுகள்
history-here = அட்டையின் பதிப்பு { $version }
field-title = தலைப்பு
field-one-line = இது என்ன செய்கிறது
field-operator = இயக்குபவர் யார்
field-author = அட்டையை எழுதியவர் யார்
field-surface = மக்கள் இதை எங்கே காண்கிறார்கள்
field-decides = இது எதைத் தீர்மானிக்கிறது
field-order = எந்த முனை முதலில் வரும்

feed-title = புதிய அமைப்பு அட்டைகள்
feed-title-card = புதிய பதிப்புகள்: { $title }
feed-entry = { $title }, பதிப்பு { $version }
feed-link = இந்த அட்டையின் செய்திகள் (Atom)
feed-site = எல்லா அட்டைகளின் செய்திகள் (Atom)

reading-title = இந்தச் சொற்கள் எவ்வளவு கடினம்
reading-grade = ஆசிரியரின் சொற்களுக்குச் சுமார் { $grade } ஆண்டுப் பள்ளிப் படிப்பு தேவை. ஒரு வாக்கியத்தில் சராசரியாக { $words } சொற்கள்.
reading-words = ஆசிரியரின் ஒரு வாக்கியத்தில் சராசரியாக { $words } சொற்கள்.
reading-marked = இந்தப் பக்கத்தில் அவை இப்படிக் குறிக்கப்பட்டுள்ளன.
reading-hard = இந்த வாக்கியங்களைப் படிப்பது கடினம்:
reading-hard-none = மிக நீளமான அல்லது கடினமான வாக்கியம் இல்லை.
history-orders = பட்டியல்களின் வரிசை
history-reordered = { $reordered ->
    [one] { $lists } பட்டியல்களில் { $reordered } வேறு வரிசையில் வருகிறது.
   *[other] { $lists } பட்டியல்களில் { $reordered } வேறு வரிசையில் வருகின்றன.
}
history-top-changed = { $changed ->
    [one] { $lists } பட்டியல்களில் { $changed } இல் மேலே வேறு பொருட்கள் உள்ளன.
   *[other] { $lists } பட்டியல்களில் { $changed } இல் மேலே வேறு பொருட்கள் உள்ளன.
}
history-orders-how = இரு மாதிரிகளும் புதிய பதிப்பின் பட்டியல்களில் இயக்கப்பட்டன.
history-orders-unfit = பழைய மாதிரிக்குப் புதிய பட்டியல்களில் இல்லாத குறிகாட்டி தேவை. எனவே வரிசை ஒப்பிடப்படவில்லை.
history-orders-not-now = இரு வரிசைகளையும் இப்போது ஒப்பிட முடியவில்லை. ஒரு நிமிடம் கழித்து முயலுங்கள்.
history-releases-same = இரு வெளியீடுகளிலும் அதே கோப்புகள், அதே சொற்கள்.
history-file-new = புதியது ({ $after })
history-file-gone = இப்போது இல்லை (முன்பு { $before })
history-file-changed = மாறியது ({ $before } இலிருந்து { $after })
history-json = நிரல்களுக்கும் இதே (JSON)
field-description = விளக்கம்
field-datasets = தரவுத் தொகுப்புகள்
field-family = குடும்பம்
field-variant = எவ்வளவு கற்றது
history-first-lists = { $all } பட்டியல்களில் முதல் { $lists } ஒப்பிடப்பட்டன.
history-orders-access = இந்த அமைப்பின் கோப்புகளைக் கேட்டுப் பெற வேண்டும். எனவே வரிசை ஒப்பிடப்படவில்லை.
history-orders-failed = இரு வரிசைகளையும் ஒப்பிட முடியவில்லை.
