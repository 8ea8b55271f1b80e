using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.Stages.Models.Loading;
using Emergence.Stages.Models.Safetensors;
using TorchSharp;

namespace Emergence.Stages.Tests.Models;

public sealed class OpenCheckpointTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("open-");

    public void Dispose()
    {
        _folder.Refresh();
        if (_folder.Exists)
        {
            _folder.Delete(recursive: true);
        }
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private static float[] Values(torch.Tensor tensor) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();

    [Fact]
    public void A_folder_that_is_deleted_after_it_was_opened_is_still_read()
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Shape);
        File.WriteAllText(At("tokenizer.json"), "tokens");
        using var whole = LanguageModel.Load(_folder.FullName);
        using var checkpoint = OpenCheckpoint.Open(_folder.FullName);
        _folder.Delete(recursive: true);

        Assert.Equal(whole.Config, checkpoint.Config);
        Assert.Equal("tokens"u8.ToArray(), checkpoint.ReadTokenizer());
        using var model = LanguageModel.Load(checkpoint, new WeightLoading());
        Assert.All(whole.Parameters.Zip(model.Parameters), p => Assert.Equal(Values(p.First), Values(p.Second)));
    }

    [Fact]
    public void A_folder_whose_files_are_replaced_after_it_was_opened_is_read_as_it_was()
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Shape, seed: 1);
        using var whole = LanguageModel.Load(_folder.FullName);
        using var checkpoint = OpenCheckpoint.Open(_folder.FullName);
        var other = Directory.CreateTempSubdirectory("open-");
        try
        {
            TinyCheckpoint.Write(other.FullName, TinyCheckpoint.Shape with { Layers = 1 }, seed: 2);
            foreach (var file in other.GetFiles())
            {
                file.MoveTo(At(file.Name), overwrite: true);
            }
        }
        finally
        {
            other.Delete(recursive: true);
        }

        using var model = LanguageModel.Load(checkpoint, new WeightLoading());
        Assert.All(whole.Parameters.Zip(model.Parameters), p => Assert.Equal(Values(p.First), Values(p.Second)));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("model.safetensors")]
    [InlineData("")]
    public void What_is_not_there_any_more_is_told_apart_from_what_is_broken(string gone)
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Shape);
        if (gone.Length == 0)
        {
            _folder.Delete(recursive: true);
        }
        else
        {
            File.Delete(At(gone));
        }

        Assert.True(Assert.Throws<BadInputException>(() => OpenCheckpoint.Open(_folder.FullName)).Vanished);
    }

    [Fact]
    public void A_shard_that_is_not_there_any_more_is_told_apart_too()
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Shape);
        File.Move(At("model.safetensors"), At("model-1.safetensors"));
        File.WriteAllText(At(SafetensorsFolder.IndexFile), """{"weight_map":{"x":"model-0.safetensors"}}""");
        var problem = Assert.Throws<BadInputException>(() => OpenCheckpoint.Open(_folder.FullName));
        Assert.Equal((At(SafetensorsFolder.IndexFile), true), (problem.File, problem.Vanished));
    }

    [Fact]
    public void What_is_broken_has_not_vanished()
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Shape);
        File.WriteAllBytes(At("model.safetensors"), File.ReadAllBytes(At("model.safetensors"))[..^1]);
        Assert.False(Assert.Throws<BadInputException>(() => OpenCheckpoint.Open(_folder.FullName)).Vanished);
    }

    [Fact]
    public void A_missing_tokenizer_is_told_of_when_it_is_needed()
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Shape);
        using var checkpoint = OpenCheckpoint.Open(_folder.FullName);
        var problem = Assert.Throws<BadInputException>(() => checkpoint.ReadTokenizer());
        Assert.Equal((At("tokenizer.json"), true), (problem.File, problem.Vanished));
    }

    [Fact]
    public void A_file_that_becomes_shorter_after_it_was_opened_is_bad_input()
    {
        TinyCheckpoint.Write(_folder.FullName, TinyCheckpoint.Shape);
        using var checkpoint = OpenCheckpoint.Open(_folder.FullName);
        using (var file = new FileStream(At("model.safetensors"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(file.Length / 2);
        }

        var before = LiveTensors.Count;
        Assert.Contains("shorter", Assert.Throws<BadInputException>(() => LanguageModel.Load(checkpoint, new WeightLoading())).Problem, StringComparison.Ordinal);
        Assert.Equal(before, LiveTensors.Count);
    }
}
