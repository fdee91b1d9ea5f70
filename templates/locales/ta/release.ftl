releases-title = வெளியீடுகள்
releases-lead = வெளியீடு ஒருபோதும் மாறாது. அதன் கோப்புகள் பாதுகாக்கப்பட்டுக் கைரேகையால் அடையாளம் காணப்படுகின்றன.
releases-none = இன்னும் வெளியீடுகள் இல்லை.
release-card-link = அட்டை
kind-model = மாதிரி
kind-ranking = வரிசைப்படுத்தும் அமைப்பு
kind-dataset = தரவுத் தொகுப்பு
visibility-public = அனைவருக்கும் திறந்தது
visibility-gated = அனுமதி கேட்கவும்
visibility-sealed = மூடியது
visibility-private = தனிப்பட்டது

release-card = அட்டை
release-card-none = இந்த வெளியீட்டில் வரிசைப்படுத்தும் அமைப்பு இல்லை, எனவே அட்டை இல்லை.
release-card-pending = அட்டை அளக்கப்படுகிறது. ஒரு நிமிடத்தில் மீண்டும் பாருங்கள்.
release-card-ready = இந்த வெளியீட்டின் அட்டை தயார்.
release-card-failed = மாதிரி சரியாக இயங்காததால் அட்டை உருவாகவில்லை.
release-card-open = அட்டையைப் படிக்கவும்
release-stated = வெளியிட்டவர் கூறுவது
release-limits = இதனால் முடியாதவை
release-risks = ஆபத்துகள்
release-benefits = இது எதற்கு நல்லது
release-facts = தகவல்கள்
release-document = வெளியீட்டின் மூல ஆவணம்
fact-published = வெளியிடப்பட்டது
fact-kind = வகை
fact-licence = உரிமம்
fact-task = பணி
fact-library = இதைப் படிக்கும் நூலகம்
fact-tags = குறிச்சொற்கள்
fact-digest = கைரேகை
answer-yes = ஆம்
answer-no = இல்லை

repository-releases = வெளியீடுகள்
repository-no-releases = இன்னும் எதுவும் வெளியிடப்படவில்லை.
repository-files = கோப்புகள்
tree-title = கோப்புகள்

signature-title = வெளியிட்டவரின் கையொப்பங்கள்
signature-good = வெளியிட்டவர் அறிவித்த ஒரு சாவி சரியாக இந்தக் கோப்புகளில் கையொப்பமிட்டது.
signature-bad = இந்தக் கையொப்பம் செல்லாது.
signature-unknown-key = ஒரு சாவி இதில் கையொப்பமிட்டது, ஆனால் வெளியிட்டவர் அதை இங்கே அறிவிக்கவில்லை.
signature-unchecked = இந்தக் கையொப்பத்தைச் சரிபார்க்க முடியவில்லை.
signature-key = சாவி:

release-short = சுருக்கமாக
ask-for = இது எதற்காக?
ask-not-for = யார் இதைப் பயன்படுத்தக் கூடாது?
ask-languages = எந்த மொழிகள்?
ask-terms = இதை வைத்து நான் என்ன செய்யலாம்?
ask-learnt = இது எதிலிருந்து கற்றது?
ask-family = இது எந்தக் குடும்பம்?
ask-size = இது எவ்வளவு பெரியது?
ask-samples = வெளியிட்டபடி இது செய்கிறதா?
answer-not-said = வெளியிட்டவர் சொல்லவில்லை.
answer-no-language = வெளியிட்டவர் எந்த மொழியும் சொல்லவில்லை.
answer-data-sets = தரவுத் தொகுப்புகள்: { $names }
answer-family = இது { $family } குடும்பத்தில் ஒன்று.
answer-pretrained = இது பொதுவான தரவில் மட்டும் கற்றது.
answer-fine-tuned = இது தன் வேலைக்காக மேலும் கற்றது.
answer-parameters = { $count ->
    [one] இதில் கற்ற { $count } எண் உள்ளது.
   *[other] இதில் கற்ற { $count } எண்கள் உள்ளன.
}
answer-time = எங்கள் கணினியில் பாதிப் பதில்கள் அதிகபட்சம் { $time } மில்லிநொடி எடுத்தன.
task-ranking = இது பட்டியலில் உள்ளவற்றை வரிசைப்படுத்துகிறது.
task-dataset = இது கற்கவோ சோதிக்கவோ உள்ள தரவு.
task-text = இது உரை எழுதுகிறது.
task-translation = இது உரையை வேறு மொழிக்கு மாற்றுகிறது.
task-summary = இது நீண்ட உரையைச் சுருக்குகிறது.
task-class = இது பொருட்களைக் குழுக்களாகப் பிரிக்கிறது.
task-number = இது ஒரு எண்ணை ஊகிக்கிறது.
task-meaning = இது உரையை அதன் பொருளைக் காட்டும் எண்களாக மாற்றுகிறது.
task-questions = இது உரை பற்றிய கேள்விகளுக்குப் பதில் சொல்கிறது.
task-speech = இது பேச்சை உரையாக்குகிறது.
task-voice = இது உரையை ஒலியாக்குகிறது.
task-pictures = இது படங்களை உருவாக்குகிறது.
licence-free = இதை வைத்து நீங்கள் விரும்பியதைச் செய்யலாம் ({ $licence }).
licence-notice = பயன்படுத்தலாம், மாற்றலாம், பகிரலாம், பணத்துக்கும். அதன் அறிவிப்பை உடன் வையுங்கள் ({ $licence }).
licence-name = பயன்படுத்தலாம், மாற்றலாம், பகிரலாம், பணத்துக்கும். யார் செய்தது எனச் சொல்லுங்கள் ({ $licence }).
licence-same-terms = பயன்படுத்தலாம், மாற்றலாம், பகிரலாம். இதிலிருந்து செய்து பகிர்வதற்கும் இதே விதிகள் ({ $licence }).
licence-no-money = பயன்படுத்தலாம், மாற்றலாம், பகிரலாம்; பணத்துக்கு அல்ல. யார் செய்தது எனச் சொல்லுங்கள் ({ $licence }).
licence-no-change = உள்ளபடியே பயன்படுத்தலாம், பகிரலாம். மாற்றிப் பகிரக் கூடாது ({ $licence }).
licence-other = இதற்குத் தனி விதிகள் உள்ளன. முதலில் அவற்றைப் படியுங்கள்: { $licence }.
release-run = இதை இயக்குங்கள்
run-onnx = இந்த Python வரிகள் மாதிரியைக் கொண்டுவந்து ஒருமுறை இயக்கும். onnxruntime, huggingface_hub தேவை.
run-llama = இந்த வரிகள் மாதிரியைக் கொண்டுவந்து llama.cpp மூலம் இயக்கும்.
run-transformers = இந்த Python வரிகள் மாதிரியைக் கொண்டுவந்து ஒருமுறை இயக்கும். transformers தேவை.
run-fetch = இந்த வரிகள் எல்லாக் கோப்புகளையும் கொண்டுவரும்.
release-found = நாங்கள் கண்டது
examination-pending = கோப்புகள் படிக்கப்படுகின்றன. ஒரு நிமிடம் கழித்துப் பாருங்கள்.
examination-failed = கோப்புகளை இங்கே படிக்க முடியவில்லை.
samples-title = மாதிரிச் சோதனைகள்
samples-gave = { $ran } முறையில் { $same } முறை வெளியிட்ட பதிலைத் தந்தது.
samples-held = வெளியீட்டில் { $found } மாதிரிகள் உள்ளன.
samples-again = { $count ->
    [one] மீண்டும் கேட்டபோது { $count } பதில் அப்படியே இருந்தது.
   *[other] மீண்டும் கேட்டபோது { $count } பதில்கள் அப்படியே இருந்தன.
}
samples-when = வேறுபாடு { $absolute } மற்றும் அதன் அளவில் { $relative } மடங்குக்குள் இருந்தால் பதில் சரி.
samples-each = ஒவ்வொரு மாதிரியும்
samples-more = { $count ->
    [one] மேலும் { $count }.
   *[other] மேலும் { $count }.
}
samples-unused = இந்தக் கோப்புகளைப் பயன்படுத்த முடியவில்லை:
sample-same = வெளியிட்ட பதில்
sample-other = வேறு பதில்
sample-failed = பதில் இல்லை
sample-difference = (வேறுபாடு அதிகபட்சம் { $difference })
claims-title = சொன்னதும் நாங்கள் அளந்ததும்
claims-lead = வெளியிட்டவர் இந்த எண்களைச் சொல்கிறார். கோப்புகளால் முடிந்ததை நாங்கள் அளக்கிறோம்.
claim-claimed = சொன்னது
claim-measured = இங்கே அளந்தது
claim-difference = அளந்தது கழித்தல் சொன்னது
claim-rows = { $rows ->
    [one] { $data } கோப்பின் { $rows } வரியில்.
   *[other] { $data } கோப்பின் { $rows } வரிகளில்.
}
unmeasured-no-data = அளக்கவில்லை: வெளியீட்டில் அதற்கான வரிகள் இல்லை.
unmeasured-no-formula = அளக்கவில்லை: அதற்கான சூத்திரம் எங்களிடம் இல்லை.
unmeasured-no-number = அளக்கவில்லை: சொன்னது எண் அல்ல.
unmeasured-no-model = அளக்கவில்லை: இங்கே இயங்கும் மாதிரி வெளியீட்டில் இல்லை.
unmeasured-rows = அளக்கவில்லை: வரிகள் மாதிரிக்குப் பொருந்தவில்லை.
unmeasured-run = அளக்கவில்லை: மாதிரி பதில் தரவில்லை.
held-title = கோப்புகளில் உள்ளது
held-parameters = { $count ->
    [one] கற்ற { $count } எண்
   *[other] கற்ற { $count } எண்கள்
}
held-number = { $count ->
    [one] { $count }
   *[other] { $count }
}
held-refused = இந்தக் கோப்பைப் படிக்க முடியவில்லை:
held-tensors = டென்சர்கள்
held-inputs = உள்ளே செல்வது
held-outputs = வெளியே வருவது
held-kinds = எதனால் ஆனது
found-nothing = இந்த வெளியீட்டின் எந்தக் கோப்பையும் எங்களால் படிக்க முடியாது.
found-check = இவை எல்லாம் மீண்டும் காணலாம்:
found-document = சரியான ஆவணம்
release-tests = வெளியீட்டுக்கு முந்தைய சோதனைகள்
release-energy = ஆற்றல்
test-nothing = முடிவுகள் எதுவும் வெளியிடப்படவில்லை.
test-who = செய்தவர்: { $who }
test-hours = { $hours ->
    [one] ({ $hours } மணி)
   *[other] ({ $hours } மணி)
}
held-opsets = செயலித் தொகுப்புகள்
held-format = கோப்பு வடிவப் பதிப்பு
held-producer = எழுதிய நிரல்
held-note = கோப்பில் உள்ள குறிப்பு
held-metadata = ஆசிரியர் சேர்த்தவை
held-architecture = வலையமைப்பு வகை
