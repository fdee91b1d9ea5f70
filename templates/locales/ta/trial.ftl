trial-title = முயன்று பாருங்கள்: { $title }
trial-link = நீங்களே முயன்று பாருங்கள்
trial-lead = ஒரு பொருளை மாற்றிப் புதிய வரிசையைப் பாருங்கள். வெளியிடப்பட்ட மாதிரி அதை இப்போதே உருவாக்குகிறது.
trial-made-up = இது உருவாக்கப்பட்ட பட்டியல். எந்தப் பொருளும் உண்மையானது அல்ல.
trial-list = பட்டியல்
trial-item = மாற்ற வேண்டிய பொருள்
trial-open = காட்டு
trial-choose = 1. ஒரு பொருளைத் தேர்ந்தெடுங்கள்
trial-values = 2. அதன் மதிப்புகளை மாற்றுங்கள்
trial-own = பட்டியலில் இது { $value }. பட்டியல்களில் { $min } முதல் { $max } வரை.
trial-own-missing = பட்டியலில் இதற்கு மதிப்பு இல்லை.
trial-less = “{ $signal }” குறை
trial-more = “{ $signal }” கூட்டு
trial-without = இது இல்லாவிட்டால் என்ன?
trial-without-none = எல்லாச் சமிக்ஞைகளையும் வைத்திருங்கள்
trial-without-help = அப்போது எல்லாப் பொருள்களுக்கும் ஒரே மதிப்பு.
trial-top = இதை முதல் இடங்களுக்குக் கொண்டுவருவது எது?
trial-top-help = எத்தனை முதல் இடங்கள் என்று எழுதுங்கள். தேவையில்லை என்றால் காலியாக விடுங்கள்.
trial-submit = புதிய வரிசையைக் காட்டு
trial-again = மீண்டும் தொடங்கு
trial-order = 3. வரிசை
trial-place = இடம்
trial-name = பொருள்
trial-before = முன்பு
trial-score = மதிப்பெண்
trial-changed = நீங்கள் மாற்றியது
trial-up = { $places ->
    [one] மேலே { $places } இடம்
   *[other] மேலே { $places } இடங்கள்
}
trial-down = { $places ->
    [one] கீழே { $places } இடம்
   *[other] கீழே { $places } இடங்கள்
}
trial-same = அதே இடம்
trial-moved-none = எந்தப் பொருளும் நகரவில்லை.
trial-moved = { $count ->
    [one] { $count } பொருள் நகர்ந்தது.
   *[other] { $count } பொருள்கள் நகர்ந்தன.
}
trial-stands = “{ $item }” இப்போது இடம் { $place }. முன்பு இடம் { $before }.
trial-stays = “{ $item }” இடம் { $place }-லேயே உள்ளது.
trial-because = மதிப்பெண் ஏன் மாறியது
trial-reason-up = { $signal }: { $points } அதிகம்
trial-reason-down = { $signal }: { $points } குறைவு
trial-reason-none = { $signal }: மாற்றம் இல்லை
trial-others = மற்றவை இடம் மட்டுமே கொடுத்தன.
trial-without-done = இங்கே அமைப்புக்கு “{ $signal }” தெரியாது. எல்லாப் பொருள்களின் மதிப்பும் { $value }.
trial-goal = முதல் { $count } இடங்களுக்குள் வருவது எப்படி
trial-goal-already = அது இப்போது அங்கேயே உள்ளது.
trial-goal-found = { $changes } என வைத்தால் அது இடம் { $place }. முயன்று பார்த்தோம்: இது உண்மை.
trial-goal-value = “{ $signal }” = { $value }
trial-goal-and = { $one }, { $other }
trial-goal-exact = இதைவிடச் சிறிய மாற்றம் போதாது.
trial-goal-tried = பல மதிப்புகளை முயன்றோம், எல்லாவற்றையும் அல்ல. சிறிய மாற்றமும் போதலாம்.
trial-goal-not-found = ஒன்றிரண்டு மதிப்புகளின் அத்தகைய மாற்றம் கிடைக்கவில்லை.
trial-goal-out-of-time = கிடைப்பதற்கு முன் நேரம் முடிந்தது.
trial-goal-nothing = இதன் எந்த மதிப்பையும் யாராலும் மாற்ற முடியாது.
trial-back = அட்டைக்குத் திரும்பு
trial-limits = இது வெளியிடப்பட்ட மாதிரியைக் காட்டுகிறது. நீங்கள் பயன்படுத்தும் அமைப்பு வேறொன்றை இயக்கலாம்.
