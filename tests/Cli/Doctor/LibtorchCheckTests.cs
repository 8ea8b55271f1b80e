using Emergence.Cli.Doctor;

namespace Emergence.Cli.Tests.Doctor;

public sealed class LibtorchCheckTests
{
    [Fact]
    public void Libtorch_loads_and_says_its_threads_and_its_BLAS()
    {
        var results = new LibtorchCheck().Check().ToArray();
        Assert.Equal(["libtorch", "matrix product"], results.Select(r => r.Part));
        Assert.Equal(CheckState.Ok, results[0].State);
        Assert.Contains("libtorch_cpu", results[0].Finding);
        Assert.Matches(@"^\d+ GFLOP/s, 2048×512×4096 on .*(blas|mkl)", results[1].Finding);
    }

    [Theory]
    [InlineData(240, 2, 0.5, "libopenblasp-r0.3.21.so", CheckState.Ok, null)]
    [InlineData(120, 1, 0.5, "libopenblasp-r0.3.21.so", CheckState.Warning, "OMP_NUM_THREADS")]
    [InlineData(40, 2, double.NaN, "libopenblasp-r0.3.21.so", CheckState.Warning, "OPENBLAS_CORETYPE")]
    [InlineData(40, 2, 4, "libopenblasp-r0.3.21.so", CheckState.Warning, "idle machine")]
    [InlineData(3, 2, 4, "blas/libblas.so.3.11.0", CheckState.Fault, "libopenblas0-openmp")]
    [InlineData(3, 2, 0.5, "openblas-openmp/libblas.so.3", CheckState.Fault, "--threads")]
    public void A_slow_product_is_explained(double gigaflops, int threads, double load, string blas, object state, string? remedy)
    {
        var result = LibtorchCheck.Product(gigaflops, threads, cores: 2, ["/usr/lib/" + blas], load);
        Assert.Equal(state, result.State);
        Assert.Contains(blas, result.Finding);
        if (remedy is null)
            Assert.Null(result.Remedy);
        else
            Assert.Contains(remedy, result.Remedy);
    }
}
