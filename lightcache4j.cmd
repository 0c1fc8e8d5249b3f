@echo off
rem LightCache4J's launcher for Windows: finds a JDK of version 25 or newer, builds on first use, and
rem runs the command line. LIGHTCACHE4J_OPTS, where set, holds further options for the JVM.
rem It looks for no newer sources: delete cli\target\dist to have it build again. The JVM's line on
rem incubator modules stays, and progress is shown in lines.
rem Delayed expansion would eat the exclamation marks of a prompt.
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
if "%root:~-1%"=="\" set "root=%root:~0,-1%"
set "dist=%root%\cli\target\dist"
set "jdk="

if defined JAVA_HOME call :consider "%JAVA_HOME%"
for /f "delims=" %%j in ('where java 2^>nul') do call :consider "%%~dpj.."
for %%p in (
    "%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Java" "%ProgramFiles%\Microsoft"
    "%ProgramFiles%\Zulu" "%ProgramFiles%\Amazon Corretto" "%ProgramFiles%\BellSoft"
    "%LocalAppData%\Programs\Eclipse Adoptium" "%UserProfile%\.jdks"
    "%UserProfile%\scoop\apps" "%UserProfile%\.sdkman\candidates\java"
) do call :look "%%~p"

if not defined jdk (
    echo lightcache4j: no JDK of version 25 or newer was found; install one, e.g. from https://adoptium.net, or set JAVA_HOME 1>&2
    exit /b 70
)
if not exist "%dist%\built" call :build || exit /b 70

"%jdk%\bin\java" -XX:+UseSerialGC "@%root%\cli\jvm.options" ^
    "-Dlightcache4j.home=%root%" ^
    %LIGHTCACHE4J_OPTS% --module-path "%dist%\lib" --module lightcache4j.cli/lightcache4j.cli.Main %*
exit /b %ERRORLEVEL%

rem Considers every folder in its argument.
:look
if defined jdk exit /b 0
pushd "%~1" 2>nul || exit /b 0
for /d %%d in (*) do (
    call :consider "%~1\%%d"
    call :consider "%~1\%%d\current"
)
popd
exit /b 0

rem Takes its argument as the JDK if none was taken yet and its release file says JAVA_VERSION="25..." or newer.
:consider
if defined jdk exit /b 0
if not exist "%~1\bin\javac.exe" exit /b 0
if not exist "%~1\release" exit /b 0
for /f "usebackq tokens=1,2 delims==" %%k in ("%~1\release") do if "%%k"=="JAVA_VERSION" (
    for /f "delims=.-" %%v in ("%%~l") do if %%v geq 25 set "jdk=%~f1"
)
exit /b 0

:build
where mvn >nul 2>nul || (
    echo lightcache4j: Maven is not on the PATH, wanted it for the first build; install Maven 3.8 or newer 1>&2
    exit /b 1
)
echo Building LightCache4J ^(needed once: half a minute, longer where Maven has to download^) ... 1>&2
if exist "%dist%" rmdir /s /q "%dist%"
if not exist "%root%\cli\target" mkdir "%root%\cli\target"
pushd "%root%"
set "JAVA_HOME=%jdk%"
call mvn -B -Dquick -DskipTests -pl cli -am package > "%root%\cli\target\build.log" 2>&1 < nul
set "code=%ERRORLEVEL%"
popd
if not "%code%"=="0" (
    echo lightcache4j: the build failed; "%root%\cli\target\build.log" has all of its output 1>&2
    exit /b 1
)
echo built> "%dist%\built"
exit /b 0
