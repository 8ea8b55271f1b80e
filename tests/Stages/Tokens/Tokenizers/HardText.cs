using System.Text;

namespace Emergence.Stages.Tests.Tokens.Tokenizers;

/// <summary>Lines of text that tokenizers disagree about, from a seed: every script and trap in every neighbourhood.</summary>
internal static class HardText
{
    private static readonly string[] s_words =
    [
        "the", "of", "and", "house", "Running", "HTTPServer", "camelCaseWord", "iPhone", "McDonald", "USA", "naïve", "café", "cafe\u0301", "Zu\u0308rich", "ÅNGSTRÖM", "A\u030angstro\u0308m", "İstanbul",
        "ﬁnance", "Straße", "ſtrange", "Ωmega", "ΣΊΣΥΦΟΣ", "Москва", "ёлка", "е\u0308лка", "Україна", "日本語", "中文字符", "こんにちは", "カタカナ", "ｶﾞｷﾞ", "が", "か\u3099", "한국어", "한\u1100\u1161\u11a8", "\u1112\u1161\u11ab글",
        "العربية", "مُحَمَّد", "שלום", "שָׁלוֹם", "हिन्दी", "क्षत्रिय", "বাংলা", "தமிழ்", "ไทย", "ภาษา", "ქართული", "Ⴀⴀ", "አማርኛ", "ᏣᎳᎩ", "Ꭰꭰ", "𝒜𝓁𝑔𝑒𝒷𝓇𝒶", "𐐀𐐨𐐁", "𠀀𠮷", "𞤀𞤢", "ǅungla", "Ǆ", "ʰʷ", "ª", "𝟙𝟚𝟛",
    ];

    private static readonly string[] s_numbers =
        ["0", "7", "42", "123", "1234", "31415926535", "٣١٤", "४२", "１２３４", "Ⅷ", "½", "²", "³¹", "①②③④", "〇", "𝟗𝟖𝟕𝟔", "\U00010107\U00010108", "1,234.56", "0x1F", "1e-9", "০১২৩", "๓๔๕", "㉈", "一二三"];

    private static readonly string[] s_contractions =
        ["'s", "'S", "'t", "'T", "'re", "'RE", "'rE", "'ve", "'VE", "'m", "'M", "'ll", "'LL", "'lL", "'d", "'D", "'\u017f", "\u2019s", "\u2019ll", "''s", "'sx", "'x", "'r", "'l", "'", "'st", "'ſt", "’", "‘s", "'ﬆ", "'\u0301s"];

    private static readonly string[] s_spaces =
        [" ", "  ", "   ", "     ", "\t", "\t\t", " \t ", "\n", "\n\n", "\r\n", "\r\n\r\n", "\r", " \n", "\n ", " \n ", "  \n  \n  ", "\u00a0", "\u00a0 ", " \u00a0", "\u2003", "\u3000", "\u2028", "\u2029", "\u0085", "\u000b", "\f", "\u1680", "\u202f", "\u205f"];

    private static readonly string[] s_invisible =
        ["\u200b", "\u200c", "\u200d", "\ufeff", "\u2060", "\u00ad", "\u200e", "\u200f", "\u202e", "\u0000", "\u0001", "\u001b[0m", "\u007f", "\u180e", "\ufffd", "\ufffe", "\uffff", "\U000e0001", "\U000f0000", "\ue000", "\U0010ffff"];

    private static readonly string[] s_emoji =
        ["😀", "👍🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪🇯🇵", "❤️", "✊🏿", "1️⃣", "🧑🏻‍🚀", "☃", "⚡", "🫠", "👩🏾‍❤️‍💋‍👨🏼", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"];

    private static readonly string[] s_signs =
        [".", ",", "!", "?", "...", "…", "-", "--", "—", "_", "__", "/", "//", "///\n", "\\", "\"", "“", "”", "(", ")", "[]", "{}", "()", ");", "=>", "->", "!=", "==", "+=", "&&", "||", "::", "<", ">", "</p>", "<!--", "@", "#", "##", "$", "€", "%", "^", "*", "**", "~", "`", "```", "°", "§", "«", "»", "。", "、", "؟", "।", "\u0964", "·", "‿", "∑", "≠", "√", "▁", "▁▁", "▁a", "Ġ", "Ċ", "<0x41>", "�"];

    private static readonly string[] s_marks = ["\u0301", "\u0300\u0323", "\u0323\u0300", "\u0308\u0304", "\u0345", "\u20e3", "\u093c", "\u0e31", "\u3099", "\u05b0\u05bc", "\u064e\u0651", "\u0651\u064e", "\u0f71\u0f72", "\u0f73", "\ufe0f", "\ufe20", "\U0001d165", "\u1ab0", "\u0338", "\u11a8", "\u1161"];

    private static readonly string[] s_code =
    [
        "def f(x):\n    return x**2  # ok\n", "for (int i = 0; i < n; ++i) {\n\tsum += a[i];\n}\n", "if (x!=null&&y>=0x1F) return;", "SELECT * FROM t WHERE id='7';", "<div class=\"a b\">&nbsp;</div>", "https://example.org/a/b?c=d&e=%20f#g",
        "C:\\Users\\me\\x.txt", "#include <stdio.h>\r\n\r\n", "\t\t}\n\n\n\t}\n", "\"key\": [1, 2.5, -3e10, null],", "let mut v: Vec<u8> = vec![];", "user_name@mail-host.co.uk", "__init__", "x = y or z  \n", "//////", "/* a */\n/\n", "$$\\alpha_{i}^{2}$$",
    ];

    private static readonly string[] s_halves = ["\ud83d", "\ude00", "\ud800", "\udfff", "\ude00\ud83d", "a\ud83d b", "\udc00'"];

    private static readonly string[][] s_kinds =
        [s_words, s_words, s_words, s_words, s_spaces, s_spaces, s_spaces, s_numbers, s_contractions, s_signs, s_signs, s_emoji, s_invisible, s_marks, s_code, s_halves];

    /// <summary>Makes lines.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="count">Number of lines.</param>
    /// <param name="inserted">Texts that stand here and there, such as added tokens.</param>
    public static List<string> Lines(int seed, int count, params string[] inserted)
    {
        var random = new Random(seed);
        var lines = new List<string>(count);
        for (var i = 0; i < count; i++)
        {
            var line = new StringBuilder();
            for (var parts = random.Next(1, 25); parts > 0; parts--)
            {
                Append(line, random, inserted);
            }

            lines.Add(line.ToString());
        }

        return lines;
    }

    /// <summary>Every code point of the planes that hold characters, and some of the others, between letters, digits, spaces and signs.</summary>
    /// <param name="neighbours">What stands around it; {0} is the character.</param>
    public static List<string> EveryCodePoint(string neighbours = "a{0}B {0}1{0}! {0}{0}")
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        var count = 0;
        for (var codePoint = 0; codePoint < 0x110000; codePoint += codePoint is < 0x32400 or (>= 0xE0000 and < 0xE0200) ? 1 : 509)
        {
            if (codePoint is >= 0xD800 and < 0xE000)
            {
                continue;
            }

            line.Append(neighbours.Replace("{0}", char.ConvertFromUtf32(codePoint), StringComparison.Ordinal));
            if (++count % 512 == 0)
            {
                lines.Add(line.ToString());
                line.Clear();
            }
        }

        lines.Add(line.ToString());
        return lines;
    }

    private static void Append(StringBuilder line, Random random, string[] inserted)
    {
        if (inserted.Length > 0 && random.Next(6) == 0)
        {
            line.Append(inserted[random.Next(inserted.Length)]);
            return;
        }

        var kind = s_kinds[random.Next(s_kinds.Length)];
        var part = kind[random.Next(kind.Length)];
        line.Append(part);
        switch (random.Next(12))
        {
            case 0:
                line.Insert(line.Length, part, random.Next(1, 4));
                break;
            case 1:
                line.Append(new string(" \n\ta7.▁é"[random.Next(8)], random.Next(2, 70)));
                break;
            case < 6 when ReferenceEquals(kind, s_words):
                line.Append(' ');
                break;
            case 6:
                // Any character at all.
                var codePoint = random.Next(0x110000);
                line.Append(codePoint is >= 0xD800 and < 0xE000 ? "?" : char.ConvertFromUtf32(codePoint));
                break;
        }
    }
}
