using System.Diagnostics;
using System.Globalization;
using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Hazards;
using TileProof.Tests.Support;
using TileProof.Verification.Device;
using TileProof.Verification.Export;

namespace TileProof.Tests.Device;

/// <summary>A program that is compiled for elsewhere, with <c>tileproof_log.h</c>, logs the program that its run on the simulated DSP is recorded as.</summary>
public sealed class LoggedProgramTests
{
    /// <summary>An engine that moves at once, in 40 lines: what stands for the vendor's simulator.</summary>
    private const string Idma = """
        #ifndef STUB_IDMA_H
        #define STUB_IDMA_H
        #include <stddef.h>
        #include <stdint.h>
        #include <string.h>
        #define IDMA_2D_DESC 2
        #define IDMA_64B_DESC 4
        #define MAX_BLOCK_16 3
        #define TICK_CYCLES_8 3
        #define TICK_CYCLES_1 0
        #define DESC_IDMA_PRIOR_L 0
        #define IDMA_BUFFER_DEFINE(name, n, type) char name[(n) * 64]
        extern int stub_under_way[2], stub_asked[2];
        static inline int idma_init(int ch, int a, int b, int c, int d, int e, void *f) { (void)a; (void)b; (void)c; (void)d; (void)e; (void)f; return stub_under_way[ch] = 0; }
        static inline int idma_init_loop(int ch, void *ring, int type, int n, void *a, void *b) { (void)ch; (void)ring; (void)type; (void)n; (void)a; (void)b; return 0; }
        static inline int stub_move(int ch, char *to, const char *from, size_t bytes, unsigned rows, unsigned tiles, unsigned srp, unsigned drp, unsigned stp, unsigned dtp)
        {
            for (unsigned t = 0; t < tiles; t++)
                for (unsigned r = 0; r < rows; r++)
                    memcpy(to + t * dtp + r * drp, from + t * stp + r * srp, bytes);
            stub_under_way[ch] += stub_under_way[ch] < 2;
            stub_asked[ch] = 0;
            return 1;
        }
        static inline int idma_copy_2d_desc(int ch, void *to, void *from, size_t bytes, unsigned flags, unsigned rows, unsigned sp, unsigned dp)
        { (void)flags; return stub_move(ch, to, from, bytes, rows, 1, sp, dp, 0, 0); }
        static inline int idma_copy_3d_desc64(int ch, void *to, void *from, unsigned flags, size_t bytes, unsigned rows, unsigned tiles, unsigned srp, unsigned drp, unsigned stp, unsigned dtp)
        { (void)flags; return stub_move(ch, *(void **)to, *(void **)from, bytes, rows, tiles, srp, drp, stp, dtp); }
        static inline int idma_hw_wait_all(int ch) { return stub_under_way[ch] = 0; }
        static inline int idma_buffer_status(int ch)
        {
            if (stub_asked[ch]++ > 0 && stub_under_way[ch] > 0)
                stub_under_way[ch]--;
            return stub_under_way[ch];
        }
        static inline int idma_desc_done(int ch, int number) { (void)ch; (void)number; return 1; }
        #endif
        """;

    private const string Hal = """
        #ifndef STUB_HAL_H
        #define STUB_HAL_H
        #include <stddef.h>
        static inline void xthal_dcache_region_writeback(void *at, size_t bytes) { (void)at; (void)bytes; }
        static inline void xthal_dcache_region_invalidate(void *at, size_t bytes) { (void)at; (void)bytes; }
        static inline void xthal_dcache_region_writeback_inv(void *at, size_t bytes) { (void)at; (void)bytes; }
        #endif
        """;

    private const string Front = """
        #include <tileproof.h>
        #include <xtensa/idma.h>
        #include <xtensa/hal.h>
        #include <xai_cnn_api.h>
        #include <string.h>
        #include <tileproof_log.h>
        """;

    private const string Stubs = """
        #define TILEPROOF_LOG_IMPLEMENTATION
        #include <tileproof_log.h>
        #include <xai_cnn_api.h>
        int stub_under_way[2], stub_asked[2];
        #define KERNEL(name) int32_t name(const xai_pTile3D in, const xai_pTile4D co, const xai_pArray b, xai_pTile3D out, const xai_cnn_conv_params *p) { return (void)in, (void)co, (void)b, (void)out, (void)p, 0; }
        #define VQ(name) int32_t name(const xai_pTile3D in, const xai_pTile4D co, const xai_pArray b, const xai_pArray s, xai_pTile3D out, const xai_cnn_conv_params *p) { return (void)in, (void)co, (void)b, (void)s, (void)out, (void)p, 0; }
        #undef xaiConvolved3D
        #undef xaiConvolvedVQ3D
        #undef xaiExtendEdgesConst3D_I8
        KERNEL(xaiConvolved3D) VQ(xaiConvolvedVQ3D)
        KERNEL((xaiConvolved3D_S_7x7j2d1_S8S8IX_MOW_WHD)) KERNEL((xaiConvolved3D_S_3x3j1d1_S8S8IX_MOW_WHD)) KERNEL((xaiConvolved3D_S_3x3j2d1_S8S8IX_MOW_WHD))
        KERNEL((xaiConvolved3D_S_1x1j1d1_S8S8IX_MOW_WHD)) KERNEL((xaiConvolved3D_S_1x1j2d1_S8S8IX_MOW_WHD))
        VQ((xaiConvolvedVQ3D_S_7x7j2d1_S8S8IX_MOW_WHD)) VQ((xaiConvolvedVQ3D_S_3x3j1d1_S8S8IX_MOW_WHD)) VQ((xaiConvolvedVQ3D_S_3x3j2d1_S8S8IX_MOW_WHD))
        VQ((xaiConvolvedVQ3D_S_1x1j1d1_S8S8IX_MOW_WHD)) VQ((xaiConvolvedVQ3D_S_1x1j2d1_S8S8IX_MOW_WHD))
        int32_t xaiExtendEdgesConst3D_I8(xai_pTile3D tile, int32_t value, xai_size3D frame) { return (void)tile, (void)value, (void)frame, 0; }
        int32_t xaiCopyTile3D(const xai_pTile3D from, xai_pTile3D to, bool edges) { return (void)from, (void)to, (void)edges, 0; }
        """;

    private const string Driver = """
        #include <stdio.h>
        #include <stdlib.h>
        extern uint8_t sample_bank0[], sample_bank1[];
        int32_t sample_conv2d(const tp_conv2d *call);
        static void *room(size_t bytes) { return aligned_alloc(128, (bytes + 127) / 128 * 128); }
        int main(int count, char **arguments)
        {
            conv_layer_config_t layer = *get_conv_config(0);
            layer.input_zero_point = -5;
            size_t in = (size_t)(layer.src_dim2_pitch * layer.src_dim3_size), out = (size_t)(layer.dst_dim2_pitch * layer.dst_dim3_size);
            size_t weights = (size_t)(layer.kernel_w * layer.kernel_h * layer.src_dim3_size * layer.dst_dim3_size), bias = (size_t)layer.dst_dim3_size * 4;
            tp_conv2d call = { 0 };
            call.input = room(in); call.weights = room(weights); call.bias = room(bias); call.output = room(out);
            call.in_width = layer.src_dim1_size; call.in_height = layer.src_dim2_size; call.in_channels = layer.src_dim3_size;
            call.layer = &layer;
            tileproof_log_open(arguments[count - 1], layer.config_key, 2);
            tileproof_log_bank(0, sample_bank0, IDMA_BUFFER_SIZE_DRAM0);
            tileproof_log_bank(1, sample_bank1, IDMA_BUFFER_SIZE_DRAM1);
            tileproof_log_tensor("input", call.input, in);
            tileproof_log_tensor("weights", call.weights, weights);
            tileproof_log_tensor("kernel biases", call.bias, bias);
            tileproof_log_tensor("output", call.output, out);
            xthal_dcache_region_writeback((void *)call.bias, bias);
            xthal_dcache_region_writeback((void *)call.input, in);
            xthal_dcache_region_writeback((void *)call.weights, weights);
            xthal_dcache_region_invalidate(call.output, out);
            tileproof_log_begin(layer.kernel_name);
            int status = sample_conv2d(&call);
            tileproof_log_end();
            xthal_dcache_region_invalidate(call.output, out);
            tileproof_log_close();
            return status;
        }
        """;

    [SkippableTheory]
    [InlineData("corrected")]
    [InlineData("published")]
    public void LoggedRun_IsTheRecordedProgram_AndBreaksTheSameRules(string library)
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        RecordedProgram logged = Log(folder, library);

        DeviceBuild build = DeviceBench.Build(DeviceProgramFile.Read(RepositoryPaths.Fixture("programs", library, "kernels.json")), DeviceBench.Machine, [DeviceBench.Plan]);
        (sbyte[] weights, var kernel, var input) = DeviceBench.Data(DeviceBench.Shape);
        using var session = new DeviceSession(build, DeviceCall.Convolution(DeviceBench.Plan, weights, kernel, input, DeviceBench.Machine.PoisonByte), DeviceBench.Machine);
        RecordedProgram recorded = ProgramRecorder.Record(session.Run(new DeviceRunSettings { Landing = LandingKind.AtIssue }));

        IReadOnlyList<string> expected = InstructionText.Of(recorded, tellsMarkers: true);
        Assert.True(expected.Count > 30);
        Assert.Equal(expected, InstructionText.Of(logged, tellsMarkers: true));
        Assert.Equal(Hazards(recorded), Hazards(logged));
        Assert.Equal(library == "corrected", !Hazards(logged).Any(static line => !line.StartsWith("over-read", StringComparison.Ordinal)));
        Assert.Equal(DeviceBench.Shape.ConfigKey, logged.Layer);
    }

    private static RecordedProgram Log(TemporaryFolder folder, string library)
    {
        string native = NativeFiles.WriteTo(folder.FullPath);
        string programs = RepositoryPaths.Fixture("programs");
        Directory.CreateDirectory(folder["stubs/xtensa"]);
        foreach ((string name, string text) in (ReadOnlySpan<(string, string)>)
        [
            ("stubs/xtensa/idma.h", Idma), ("stubs/xtensa/hal.h", Hal), ("front.h", Front), ("stubs.c", Stubs), ("driver.c", Driver),
            ("layer_configs.h", LayerConfigHeader.Write(DeviceBench.Machine.Banks, [DeviceBench.Plan], [])),
        ])
        {
            File.WriteAllText(folder[name], text);
        }

        Run("gcc",
        [
            "-std=gnu11", "-O1", "-w", "-DIDMA_USE_MULTICHANNEL=1", "-I" + folder["stubs"], "-I" + Path.Combine(native, "include"), "-I" + Path.Combine(programs, "common"),
            "-include", folder["layer_configs.h"], "-include", folder["front.h"], folder["driver.c"], Path.Combine(programs, library, "conv.c"), Path.Combine(programs, "common", "conv_cached.c"),
            Path.Combine(programs, "common", "banks.c"), "-c",
        ], folder.FullPath);
        Run("gcc", ["-std=gnu11", "-O1", "-w", "-DIDMA_USE_MULTICHANNEL=1", "-I" + folder["stubs"], "-I" + Path.Combine(native, "include"), "-c", folder["stubs.c"]], folder.FullPath);
        Run("gcc", ["driver.o", "conv.o", "conv_cached.o", "banks.o", "stubs.o", "-o", "logged"], folder.FullPath);
        Run(folder["logged"], [folder["run.tileprogram.jsonl"]], folder.FullPath);
        return RecordedProgramFile.Read(File.ReadAllText(folder["run.tileprogram.jsonl"]));
    }

    private static void Run(string program, IReadOnlyList<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }

    /// <summary>The rule, the bytes and the line, without the callers and the closing line: a macro knows its own line only.</summary>
    private static string[] Hazards(RecordedProgram program) =>
    [
        .. RecordedCheck.Check(program, DeviceBench.Machine)
            .Select(static one => one with { Origin = one.Hazard.Rule == HazardRule.InFlightAtReturn ? one.OtherOrigin : one.Origin })
            .Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Hazard.Rule.Name} '{one.Hazard.Buffer}' {one.Hazard.FirstByte}..{one.Hazard.LastByte} tile {one.Hazard.Tile} at {Path.GetFileName(one.Origin?.Innermost.File ?? "")}:{one.Origin?.Innermost.Line}"))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];
}
