using System.Text;
using System.Text.Json.Nodes;
using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Tests.Working;
using Emergence.Sinks.Kafka.Client;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Tests.Announcing;

/// <summary>Announcements come from outside.</summary>
public sealed class AnnouncementReaderTests : IDisposable
{
    private readonly FakeRun _run = new(1);

    public void Dispose() => _run.Dispose();

    [Fact]
    public void What_is_announced_is_what_is_read()
    {
        var problem = new BadInputException("file", "line 3", "it is wrong", "mend it");
        CheckpointArrival[] arrivals =
        [
            new LateCheckpoint(3, Path.Combine(_run.Settings.Checkpoints, "step3"), _run.Clock.GetUtcNow(), 8) { Progress = new TrainingProgress(5, 1.5), Files = ["model.safetensors"] },
            new PassedOverCheckpoint(9, Path.Combine(_run.Settings.Checkpoints, "step9"), _run.Clock.GetUtcNow(), 4, 12),
            new RefusedCheckpoint(10, Path.Combine(_run.Settings.Checkpoints, "step10"), _run.Clock.GetUtcNow(), RefusalReason.SameStep, problem),
            new VanishedCheckpoint(11, Path.Combine(_run.Settings.Checkpoints, "step11"), _run.Clock.GetUtcNow()),
        ];
        var sent = Sample() with { TokensSeen = 77, Loss = 2.5, Earlier = [.. arrivals.Select(a => AnnouncedCheckpoint.Of(a))] };
        var read = Reader().Read(Received(sent.ToBytes(), sent.Key));

        Assert.Equal(arrivals.Length, read.Earlier.Count);
        Assert.Equal(arrivals[0].ToString(), read.Earlier[0].ToString());
        Assert.Equal(((LateCheckpoint)arrivals[0]).ToEvent(), ((LateCheckpoint)read.Earlier[0]).ToEvent());
        Assert.Equal(((PassedOverCheckpoint)arrivals[1]).ToEvent(), ((PassedOverCheckpoint)read.Earlier[1]).ToEvent());
        Assert.Equal(((RefusedCheckpoint)arrivals[2]).ToEvent(), ((RefusedCheckpoint)read.Earlier[2]).ToEvent());
        Assert.Equal(((VanishedCheckpoint)arrivals[3]).ToEvent(), ((VanishedCheckpoint)read.Earlier[3]).ToEvent());
        var arrived = Assert.IsType<ArrivedCheckpoint>(read.Checkpoint);
        Assert.Equal((1L, 77L, 2.5, new string('a', 64)), (arrived.Step, arrived.TokensSeen, arrived.Progress!.Loss, arrived.Hash));
        Assert.Equal(Path.Combine(_run.Settings.Run, "groups", "layers-0-1"), read.Settings.Run);
        Assert.Equal(("run", 64, 4), (read.Settings.RunName, read.Settings.Features, read.Settings.K));
    }

    [Theory]
    [InlineData("run", "\"../run\"")]
    [InlineData("group", "\"a/b\"")]
    [InlineData("group", "\"..\"")]
    [InlineData("group", "\"announcer\"")]
    [InlineData("folder", "\"../../etc/run\"")]
    [InlineData("path", "\"a\\u0000b\"")]
    [InlineData("files", "[\"../x\"]")]
    [InlineData("files", "[null]")]
    [InlineData("hash", "\"abc\"")]
    [InlineData("hash", "null")]
    [InlineData("step", "-1")]
    [InlineData("step", "1.5")]
    [InlineData("number", "0")]
    [InlineData("layers", "[]")]
    [InlineData("layers", "[1,0]")]
    [InlineData("layers", "[5000]")]
    [InlineData("kind", "\"passed_over\"")]
    [InlineData("kind", "\"late\"")]
    [InlineData("kind", "\"refused\"")]
    [InlineData("kind", "7")]
    [InlineData("tokens_seen", "-5")]
    [InlineData("earlier", "[null]")]
    [InlineData("earlier", "[{\"kind\":\"arrived\",\"step\":1,\"path\":\"x\",\"arrived_at\":\"2030-01-01T00:00:00Z\"}]")]
    [InlineData("settings", "null")]
    [InlineData("settings.k", "0")]
    [InlineData("settings.features", "1")]
    [InlineData("settings.context", "2000000000")]
    [InlineData("settings.sae", "\"none\"")]
    [InlineData("settings.device", "\"tpu\"")]
    [InlineData("settings.probe", "\"../../../etc/passwd\"")]
    [InlineData("settings.text", "[\"../../../etc/passwd\"]")]
    [InlineData("settings.warm_fraction", "1e999")]
    [InlineData("settings.budget", "9223372036854775807")]
    [InlineData("settings.budget", "1099511627777")]
    [InlineData("settings.budget", "-1")]
    [InlineData("settings.batch_rows", "65536")]
    public void A_value_that_cannot_be_one_is_refused_with_its_place(string key, string value)
    {
        var json = JsonNode.Parse(Sample().ToBytes())!.AsObject();
        var at = key.Split('.');
        (at.Length == 1 ? json : json[at[0]]!.AsObject())[at[^1]] = "REPLACED";
        var text = json.ToJsonString().Replace("\"REPLACED\"", value, StringComparison.Ordinal);
        var problem = Assert.Throws<MalformedAnnouncementException>(() => Reader().Read(Received(Encoding.UTF8.GetBytes(text), "run/layers-0-1")));
        Assert.StartsWith("emergence.checkpoints[0]@5", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("folder", "\"/elsewhere/run\"")]
    [InlineData("path", "\"/elsewhere/step1\"")]
    [InlineData("settings.probe", "\"/elsewhere/probe.jsonl\"")]
    [InlineData("settings.text", "[\"/elsewhere/text.txt\"]")]
    public void A_place_outside_the_root_that_may_lie_below_another_workers_says_that_the_root_is_wrong(string key, string value)
    {
        var json = JsonNode.Parse(Sample().ToBytes())!.AsObject();
        var at = key.Split('.');
        (at.Length == 1 ? json : json[at[0]]!.AsObject())[at[^1]] = JsonNode.Parse(value);
        var problem = Assert.Single(Assert.Throws<SettingsException>(() => Reader().Read(Received(Encoding.UTF8.GetBytes(json.ToJsonString()), "run/layers-0-1"))).Problems);
        Assert.Equal("--root", problem.Setting);
        foreach (var part in new[] { "emergence.checkpoints[0]@5", "/elsewhere/", _run.Root })
        {
            Assert.Contains(part, problem.Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_message_under_another_key_and_one_that_is_no_JSON_are_refused()
    {
        Assert.Throws<MalformedAnnouncementException>(() => Reader().Read(Received(Sample().ToBytes(), "run/layers-2-3")));
        Assert.Throws<MalformedAnnouncementException>(() => Reader().Read(Received(Sample().ToBytes(), null)));
        Assert.Throws<MalformedAnnouncementException>(() => Reader().Read(Received([], "run/layers-0-1")));
        Assert.Throws<MalformedAnnouncementException>(() => Reader().Read(Received(null, "run/layers-0-1")));
        Assert.Throws<MalformedAnnouncementException>(() => Reader().Read(Received("null"u8.ToArray(), "run/layers-0-1")));
        Assert.Throws<MalformedAnnouncementException>(() => Reader().Read(Received(new byte[AnnouncementReader.LargestMessage + 1], "run/layers-0-1")));
    }

    [Fact]
    public void Every_message_that_lost_or_changed_bytes_is_read_or_refused_and_nothing_else()
    {
        var bytes = Sample().ToBytes();
        var random = new Random(5);
        var refused = 0;
        for (var i = 0; i < 5000; i++)
        {
            var changed = bytes.ToArray();
            for (var c = random.Next(1, 4); c > 0; c--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            try
            {
                Reader().Read(Received(random.Next(4) == 0 ? changed[..random.Next(changed.Length)] : changed, "run/layers-0-1"));
            }
            catch (Exception e) when (e is MalformedAnnouncementException or SettingsException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 3000, 4999);
    }

    private static ReceivedMessage Received(byte[]? value, string? key) => new(new MessagePlace("emergence.checkpoints", 0, 5), key, value, [], default);

    private AnnouncementReader Reader() => new(new WorkRoot(_run.Root), "cpu", 1);

    private Announcement Sample() => _run.Announcement(_run.Journal(), _run.Groups[0], 1);
}
