using Emergence.Sinks.Kafka.Settings;

namespace Emergence.Sinks.Tests.Kafka.Settings;

public sealed class PropertyFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly List<PropertyProblem> _problems = [];

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Lines_are_names_and_values_as_they_stand()
    {
        var read = Read("\uFEFF# remark\n! remark\n\n security.protocol = SASL_SSL \r\nsasl.password=a=b c\\\nsasl.username=\n");
        Assert.Empty(_problems);
        Assert.Equal([("security.protocol", "SASL_SSL"), ("sasl.password", "a=b c\\"), ("sasl.username", "")], read.Select(p => (p.Name, p.Value)));
        Assert.Equal($"{_path} line 5", read[1].Where);
        Assert.DoesNotContain("a=b", read[1].ToString());
    }

    [Fact]
    public void Every_wrong_line_is_named_by_its_number_and_never_quoted()
    {
        var read = Read("sasl.password hunter2\n=hunter2\nsasl username=hunter2\nsasl.username=a\nsasl.username=hunter2\nssl.key.password=hun\0ter2\nclient.id=ok");
        Assert.Equal(["sasl.username", "client.id"], read.Select(p => p.Name));
        Assert.Equal(new[] { 1, 2, 3, 5, 6 }.Select(line => $"{_path} line {line}"), _problems.Select(p => p.Where));
        Assert.Contains("line 4", _problems[3].Problem);
        Assert.All(_problems, p => Assert.DoesNotContain("hunter2", p.ToString()));
    }

    [Fact]
    public void A_file_that_is_missing_too_large_or_no_text_is_a_problem()
    {
        Assert.Empty(PropertyFile.Read(_path + ".none", _problems));
        Assert.Empty(PropertyFile.Read(Path.GetDirectoryName(_path)!, _problems));
        File.WriteAllBytes(_path, [(byte)'a', (byte)'=', 0xFF]);
        Assert.Empty(PropertyFile.Read(_path, _problems));
        File.WriteAllText(_path, new string('#', (1 << 20) + 1));
        Assert.Empty(PropertyFile.Read(_path, _problems));
        Assert.Equal(4, _problems.Count);
        Assert.Contains("UTF-8", _problems[2].Problem);
        Assert.Contains("larger", _problems[3].Problem);
    }

    private IReadOnlyList<GivenProperty> Read(string text)
    {
        File.WriteAllText(_path, text);
        return PropertyFile.Read(_path, _problems);
    }
}
