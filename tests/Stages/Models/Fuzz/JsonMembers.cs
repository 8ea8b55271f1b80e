using System.Text;

namespace Emergence.Stages.Tests.Models.Fuzz;

/// <summary>A JSON object as a list of names and values that are text, so that it can be made wrong in every way.</summary>
internal sealed class JsonMembers(IEnumerable<KeyValuePair<string, string>> members)
{
    private readonly List<(string Name, string Value)> _members = [.. members.Select(m => ($"\"{m.Key}\"", m.Value))];

    public int Count => _members.Count;

    /// <summary>Changes one member: its value, its name, its being there, or how often.</summary>
    public void Damage(Random random, Func<Random, string, string>? value = null)
    {
        if (_members.Count == 0)
        {
            _members.Add(("\"x\"", HostileValues.Any(random)));
            return;
        }

        var at = random.Next(_members.Count);
        var (name, old) = _members[at];
        switch (random.Next(12))
        {
            case 0:
                _members.RemoveAt(at);
                break;
            case 1:
                _members.Add((name, HostileValues.Any(random)));
                break;
            case 2:
                _members.Insert(random.Next(_members.Count + 1), (name, old));
                break;
            case 3:
                _members[at] = (HostileValues.Any(random), old);
                break;
            case 4:
                _members.Add(("\"unheard_of\"", HostileValues.Any(random)));
                break;
            case 5:
                _members[at] = (name, _members[random.Next(_members.Count)].Value);
                break;
            default:
                _members[at] = (name, value is null ? HostileValues.Any(random) : value(random, old));
                break;
        }
    }

    /// <summary>Gives one member a value; adds it when it is not there.</summary>
    public void Set(string name, string value)
    {
        var at = _members.FindIndex(m => m.Name == $"\"{name}\"");
        if (at < 0)
        {
            _members.Add(($"\"{name}\"", value));
        }
        else
        {
            _members[at] = ($"\"{name}\"", value);
        }
    }

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(ToString());

    public override string ToString() => $"{{{string.Join(',', _members.Select(m => $"{m.Name}:{m.Value}"))}}}";
}
