using Emergence.Stages.Models.Safetensors;

namespace Emergence.Stages.Tests.Models.Safetensors;

public sealed class SafetensorsPiecesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pieces-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Pieces_of_several_tensors_side_by_side_make_the_file_that_the_writer_makes()
    {
        var path = Path.Combine(_folder.FullName, "a");
        using (var stream = new FileStream(path, FileMode.Create))
        {
            var pieces = new SafetensorsPieces(stream, [("x", [2, 3]), ("y", [4])], 40);
            pieces.Write(1, [10, 11]);
            pieces.Write(0, [1, 2, 3, 4]);
            pieces.Write(1, [12, 13]);
            pieces.Write(0, [5, 6]);
            pieces.Finish(new Dictionary<string, string> { ["loss"] = "1.5" });
        }

        using var file = SafetensorsFile.Open(path);
        Assert.Equal("1.5", file.Metadata["loss"]);
        Assert.Equal([1, 2, 3, 4, 5, 6], file.ReadFloats("x"));
        Assert.Equal([10, 11, 12, 13], file.ReadFloats("y"));
        Assert.Equal([2, 3], file.Tensors.Single(t => t.Name == "x").Shape);
    }

    [Fact]
    public void Too_few_and_too_many_values_and_metadata_without_room_are_defects_of_the_caller()
    {
        using var stream = new MemoryStream();
        var pieces = new SafetensorsPieces(stream, [("x", [2])], 40);
        Assert.Throws<ArgumentOutOfRangeException>(() => pieces.Write(0, [1, 2, 3]));
        pieces.Write(0, [1]);
        Assert.Throws<InvalidOperationException>(() => pieces.Finish(new Dictionary<string, string>()));
        pieces.Write(0, [2]);
        Assert.Throws<InvalidOperationException>(() => pieces.Finish(new Dictionary<string, string> { ["long"] = new('x', 100) }));
        pieces.Finish(new Dictionary<string, string>());
    }
}
