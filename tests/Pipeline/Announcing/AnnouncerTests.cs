using System.Text.Json.Nodes;
using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Tests.Working;
using Emergence.Stages.Input;
using Emergence.TestKit;

namespace Emergence.Pipeline.Tests.Announcing;

[Collection(AloneCollection.Name)]
public sealed class AnnouncerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_topic_that_is_given_more_partitions_gets_each_groups_announcements_where_its_first_went(bool ofAnOlderVersion)
    {
        using var run = new FakeRun(6);
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer"), upTo: 2));
        var before = Partitions(run);
        run.Log.Grow(run.Kafka.Topics.Checkpoints, 7);
        if (ofAnOlderVersion)
        {
            var path = Path.Combine(run.Settings.Run, AnnouncementJournal.FileName);
            var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            Assert.True(json.Remove("partitions"));
            File.WriteAllText(path, json.ToJsonString());
        }

        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer again")));
        Assert.Equal(12, run.Log.Committed(run.Kafka.Topics.Checkpoints).Count);
        Assert.Equal(before, Partitions(run));
    }

    [Fact]
    public void An_announcer_of_another_run_of_the_name_is_refused_before_it_has_fenced_anybody()
    {
        using var run = new FakeRun(2);
        using var elsewhere = new TemporaryFolder();
        var journal = run.Journal();
        using var first = Announcer(run, journal, "first");
        run.Wait(first.OpenAsync(default));
        run.Wait(first.AnnounceAsync([.. run.Groups.Select(g => run.Announcement(journal, g, 1))], default));

        run.Clock.Advance(TimeSpan.FromSeconds(1));
        Directory.CreateDirectory(elsewhere["run"]);
        using var second = Announcer(run, AnnouncementJournal.Open(elsewhere["run"], run.Groups, run.Clock), "second");
        Assert.Contains("another run named run was announced here", Assert.Throws<BadInputException>(() => run.Wait(second.OpenAsync(default))).Message, StringComparison.Ordinal);

        run.Wait(first.AnnounceAsync([.. run.Groups.Select(g => run.Announcement(journal, g, 2))], default));
        Assert.Equal(4, run.Log.Committed(run.Kafka.Topics.Checkpoints).Count);
    }

    [Fact]
    public void A_journal_whose_partitions_are_none_is_refused()
    {
        using var run = new FakeRun(1);
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        var path = Path.Combine(run.Settings.Run, AnnouncementJournal.FileName);
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        foreach (var wrong in new JsonArray[] { [0], [0, -1], [] })
        {
            json["partitions"] = wrong;
            File.WriteAllText(path, json.ToJsonString());
            Assert.Equal("partitions", Assert.Throws<BadInputException>(run.Journal).Place);
        }
    }

    private static Announcer Announcer(FakeRun run, AnnouncementJournal journal, string process) =>
        new(run.Log.Connect(process), run.Kafka.Topics, run.Settings.RunName, journal, _ => { }, run.Clock, () => 0.5);

    private static List<(string, int)> Partitions(FakeRun run) => [.. run.Log.Committed(run.Kafka.Topics.Checkpoints).Select(m => (m.Key!, m.Place.Partition)).Distinct().Order()];
}
