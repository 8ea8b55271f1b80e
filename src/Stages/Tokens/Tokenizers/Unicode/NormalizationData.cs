using System.Globalization;

namespace Emergence.Stages.Tokens.Tokenizers.Unicode;

/// <summary>
/// Decompositions, compositions and combining classes. The runtime has none of its own here (InvariantGlobalization leaves
/// string.Normalize without data), and the tokenizers library uses those of Unicode 9, whatever the system's version.
/// </summary>
internal sealed class NormalizationData
{
    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Trails = 28;

    private static readonly Lazy<NormalizationData> s_instance = new(() => new NormalizationData());

    private readonly Dictionary<int, int[]> _canonical = [];
    private readonly Dictionary<int, int[]> _compatible = [];
    private readonly Dictionary<long, int> _composed = [];
    private readonly Dictionary<int, byte> _classes = [];

    // Units that composing leaves as they are wherever they stand; of other units the whole text must be looked at.
    private readonly bool[] _settled = new bool[char.MaxValue + 1];

    private NormalizationData()
    {
        Array.Fill(_settled, true);
        using var stream = typeof(NormalizationData).Assembly.GetManifestResourceStream("Emergence.Stages.Unicode.normalization.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line[0] != '#')
            {
                Read(line.Split(' '));
            }
        }

        for (var unit = VowelBase; unit < TrailBase + Trails; unit++)
        {
            _settled[unit] = false;
        }

        Array.Fill(_settled, false, 0xD800, 0x800);
    }

    /// <summary>The data, read once.</summary>
    public static NormalizationData Instance => s_instance.Value;

    /// <summary>Whether a code unit stays as it is under composing normalization (NFC), whatever stands around it.</summary>
    /// <param name="unit">The unit.</param>
    public bool IsSettled(char unit) => _settled[unit];

    /// <summary>Canonical combining class of a code point; 0 for what begins a new sequence.</summary>
    /// <param name="codePoint">A Unicode scalar value.</param>
    public byte ClassOf(int codePoint) => codePoint < 0x300 ? (byte)0 : _classes.GetValueOrDefault(codePoint);

    /// <summary>Appends a code point fully decomposed.</summary>
    /// <param name="codePoint">A Unicode scalar value.</param>
    /// <param name="compatible">Whether compatibility decompositions are applied too.</param>
    /// <param name="into">Where the result is appended.</param>
    public void Decompose(int codePoint, bool compatible, List<int> into)
    {
        if (codePoint is >= HangulBase and < HangulBase + Leads * Vowels * Trails)
        {
            var index = codePoint - HangulBase;
            into.Add(LeadBase + index / (Vowels * Trails));
            into.Add(VowelBase + index % (Vowels * Trails) / Trails);
            if (index % Trails != 0)
            {
                into.Add(TrailBase + index % Trails);
            }
        }
        else if (codePoint < 0xA0 || (!_canonical.TryGetValue(codePoint, out var parts) && !(compatible && _compatible.TryGetValue(codePoint, out parts))))
        {
            into.Add(codePoint);
        }
        else
        {
            foreach (var part in parts)
            {
                Decompose(part, compatible, into);
            }
        }
    }

    /// <summary>What two code points compose to.</summary>
    /// <param name="first">The first.</param>
    /// <param name="second">The second.</param>
    /// <returns>The composed code point; -1 when there is none.</returns>
    public int Compose(int first, int second)
    {
        if (first is >= LeadBase and < LeadBase + Leads && second is >= VowelBase and < VowelBase + Vowels)
        {
            return HangulBase + ((first - LeadBase) * Vowels + second - VowelBase) * Trails;
        }

        if (first is >= HangulBase and < HangulBase + Leads * Vowels * Trails && (first - HangulBase) % Trails == 0 && second is > TrailBase and < TrailBase + Trails)
        {
            return first + second - TrailBase;
        }

        return _composed.GetValueOrDefault((long)first << 32 | (uint)second, -1);
    }

    private void Read(string[] fields)
    {
        var numbers = fields.AsSpan(1).ToArray().Select(field => int.Parse(field, NumberStyles.HexNumber)).ToArray();
        switch (fields[0])
        {
            case "^":
                for (var codePoint = numbers[0]; codePoint <= numbers[1]; codePoint++)
                {
                    _classes[codePoint] = byte.Parse(fields[3]);
                    Unsettle(codePoint);
                }

                break;
            case "~":
                _compatible[numbers[0]] = numbers[1..];
                break;
            default:
                _canonical[numbers[0]] = numbers[1..];
                if (fields[0] == "=")
                {
                    _composed[(long)numbers[1] << 32 | (uint)numbers[2]] = numbers[0];
                    Unsettle(numbers[2]);
                }
                else
                {
                    Unsettle(numbers[0]);
                }

                break;
        }
    }

    private void Unsettle(int codePoint)
    {
        if (codePoint < 0x10000)
        {
            _settled[codePoint] = false;
        }
    }
}
