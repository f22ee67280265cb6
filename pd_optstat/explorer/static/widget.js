/*! Built from js/ by "npm run build"; do not edit. Contains uPlot (MIT), see LICENSE.uplot.txt. */
var Wl='.uplot, .uplot *, .uplot *::before, .uplot *::after {box-sizing: border-box;}.uplot {font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif\
, "Apple Color Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Noto Color Emoji";line-height: 1.5;width: min-content;}.u-title {text-align: center;font-size: 18px;font-weight: bold;}.u-wrap {position: r\
elative;user-select: none;}.u-over, .u-under {position: absolute;}.u-under {overflow: hidden;}.uplot canvas {display: block;position: relative;width: 100%;height: 100%;}.u-axis {position: absolute;}.u\
-legend {font-size: 14px;margin: auto;text-align: center;}.u-inline {display: block;}.u-inline * {display: inline-block;}.u-inline tr {margin-right: 16px;}.u-legend th {font-weight: 600;}.u-legend th \
> * {vertical-align: middle;display: inline-block;}.u-legend .u-marker {width: 1em;height: 1em;margin-right: 4px;background-clip: padding-box !important;}.u-inline.u-live th::after {content: ":";verti\
cal-align: middle;}.u-inline:not(.u-live) .u-value {display: none;}.u-series > * {padding: 4px;}.u-series th {cursor: pointer;}.u-legend .u-off > * {opacity: 0.3;}.u-select {background: rgba(0,0,0,0.0\
7);position: absolute;pointer-events: none;}.u-cursor-x, .u-cursor-y {position: absolute;left: 0;top: 0;pointer-events: none;will-change: transform;}.u-hz .u-cursor-x, .u-vt .u-cursor-y {height: 100%;\
border-right: 1px dashed #607D8B;}.u-hz .u-cursor-y, .u-vt .u-cursor-x {width: 100%;border-bottom: 1px dashed #607D8B;}.u-cursor-pt {position: absolute;top: 0;left: 0;border-radius: 50%;border: 0 soli\
d;pointer-events: none;will-change: transform;/*this has to be !important since we set inline "background" shorthand */background-clip: padding-box !important;}.u-axis.u-off, .u-select.u-off, .u-curso\
r-x.u-off, .u-cursor-y.u-off, .u-cursor-pt.u-off {display: none;}';var Qa=new Intl.NumberFormat("en-US",{maximumFractionDigits:20}),Xa=new Intl.NumberFormat("en-US",{notation:"compact",maximumSignificantDigits:3}),Ul=new Map,xs=t=>t==null||Number.isNaN(t);function ln(t){
return xs(t)?"–":Qa.format(t)}function ys(t){return xs(t)?"–":Xa.format(t)}function we(t,e){if(xs(t))return"–";let s=Ul.get(e);if(!s){let n={minimumFractionDigits:e,maximumFractionDigits:e,signDisplay:"\
negative"};Ul.set(e,s=new Intl.NumberFormat("en-US",n))}return s.format(t)}function bt(t){return xs(t)?"–":new Date(t*864e5).toISOString().slice(0,10)}function Ue(t){let e=/^\s*(\d{4})-(\d{2})-(\d{2})\s*$/.
exec(t);if(!e)return null;let s=Date.UTC(e[1],e[2]-1,e[3])/864e5;return bt(s)===t.trim()?s:null}var tc=new Set(["button","input","select","textarea"]);function T(t,e={},...s){let n=document.createElement(t);tc.has(t)&&(n.dataset.lmSuppressShortcuts="true");for(let[o,l]of Object.entries(e))o.startsWith(
"on")?n.addEventListener(o.slice(2),l):o in n&&typeof l!="string"?n[o]=l:l!=null&&l!==!1&&n.setAttribute(o,l);return n.append(...s.filter(o=>o!==null)),n}function Ne(t,e){t.textContent!==e&&(t.textContent=
e)}function Gl(t){let e=t.filter(l=>!Number.isNaN(l)).sort(),s=0;for(let l=0;l<e.length;l++)(l===0||e[l]!==e[s-1])&&(e[s++]=e[l]);let n=e.slice(0,s),o=new Int32Array(t.length);for(let l=0;l<t.length;l++){
let i=t[l];if(Number.isNaN(i))continue;let a=0,u=s-1;for(;a<u;){let p=a+u>>1;n[p]<i?a=p+1:u=p}o[l]=a+1}return{ranks:o,distinct:n}}var mo=class{constructor(e){for(this.sums=new Int32Array(e+1),this.counts=
new Int32Array(e+1),this.size=0,this.top=1;this.top*2<=e;)this.top*=2}add(e,s){let{sums:n}=this;this.size+=s,this.counts[e]+=s;for(let o=e;o<n.length;o+=o&-o)n[o]+=s}below(e){let s=0;for(let n=e-1;n>0;n-=
n&-n)s+=this.sums[n];return s}select(e){let{sums:s}=this,n=0;for(let o=this.top;o>0;o>>=1)n+o<s.length&&s[n+o]<e&&(n+=o,e-=s[n]);return n+1}};function jl({ranks:t,distinct:e},s,n){let o=new mo(e.length);
for(let l=0;l<t.length;l++)t[l]>0&&o.add(t[l],1),l>=s&&t[l-s]>0&&o.add(t[l-s],-1),n(o,l)}function Yl(t,e,s=e){let n=new Float64Array(t.ranks.length).fill(NaN);return jl(t,e,(o,l)=>{let i=t.ranks[l];i>
0&&o.size>=s&&(n[l]=(o.below(i)+(o.counts[i]+1)/2)/o.size)}),n}function Kl(t,e,s=e){let n=new Float64Array(t.ranks.length).fill(NaN),o=(l,i)=>t.distinct[l.select(i)-1];return jl(t,e,(l,i)=>{let a=l.size;
a===0||a<s||(n[i]=a%2?o(l,(a+1)/2):(o(l,a/2)+o(l,a/2+1))/2)}),n}function vs(t,e,s=null){let n=t.length,o=new Float64Array(n);for(let l=0;l<n;l++){let i=e[l]!==0&&(s===null||s[l])?t[l]/e[l]:NaN;o[l]=Number.isFinite(i)?i:NaN}return o}function es(t,e){let s=t.length,
n=new Int32Array(s);for(let o=0,l=0;o<s;o++)l+=t[o],o>=e&&(l-=t[o-e]),n[o]=l;return n}function xo(t,e){let s=t.length,n=Math.max(Math.min(e,s),1),o=new Float64Array(s);for(let l=0;l<s;l+=n){let i=Math.
min(l+n,s);for(let a=l,u=0;a<i;a++)o[a]=u+=t[a]}for(let l=0;l+n<=s;l+=n)for(let i=l+n-1,a=0;i>l;i--)a+=t[i],i+n<=s&&(o[i+n-1]+=a);return o}function yo(t,e,s,n=s){let o=xo(t,s),l=o.length;for(let i=0;i<
l;i++){let a=e[i]>=n&&e[i]!==0?o[i]/e[i]:NaN;o[i]=Number.isFinite(a)?a:NaN}return o}function vo(t,e,s){let n=t.length,o=new Float64Array(n),l=new Float64Array(n);if(n===0)return{fromMean:o,squares:l};
let i=Math.min(s,n),a=Math.ceil(n/i),u=new Float64Array(a),p=new Float64Array(n),g=new Int32Array(n);for(let d=0;d<a;d++){let b=d*i,y=Math.min(b+i,n),M=u[d]=ql(t,e,b,y,1),N=0,R=0,z=0,v=0;for(let _=b;_<
y;_++){let k=e[_]?t[_]-M:0,j=_===b?k:k-z;N+=e[_],R+=k,z=R/Math.max(N,1),v+=j*j*((N-1)*e[_]/Math.max(N,1)),g[_]=N,p[_]=z,l[_]=v,o[_]=t[_]-M-z}}return i===1||n<=i?{fromMean:o,squares:l}:(ec({filled:t,valid:e,
size:i,centres:u,means:p,counts:g,fromMean:o,squares:l}),{fromMean:o,squares:l})}function ec({filled:t,valid:e,size:s,centres:n,means:o,counts:l,fromMean:i,squares:a}){let u=t.length,p=0;for(let g=0,d=0;g+
s<=u;g+=s,d++){let b=ql(t,e,g+s-1,g-1,-1),y=0,M=0,N=0,R=0;for(let z=g+s-1;z>=g;z--){let v=e[z]?t[z]-b:0,_=z===g+s-1?v:v-N;y+=e[z],M+=v,N=M/Math.max(y,1),R+=_*_*((y-1)*e[z]/Math.max(y,1));let k=z+s-1;if(k>=
u||k<s)continue;let j=z===g,D=j?0:y,F=l[k],O=F>0?D/Math.max(D+F,1):0,I=n[j?d:d+1]-(j?p:b);I+=o[k]-N,i[k]+=I*O,a[k]+=R*(D>0)+I*I*O*F}p=b}}function ql(t,e,s,n,o){for(let l=s;l!==n;l+=o)if(e[l])return t[l];
return 0}var go=2**26;function Jl(t){let e=t.length,s=0;for(let l=0;l<e;l++){let i=t[l];if(!Number.isInteger(i))return null;i>s&&(s=i)}if(s*e>=2**62)return null;if(s*e<=Number.MAX_SAFE_INTEGER){let l=bo(
t,i=>i);return i=>wo(l,i)}let n=bo(t,l=>l%go),o=bo(t,l=>Math.floor(l/go));return l=>{let i=wo(o,l),a=wo(n,l);for(let u=0;u<e;u++)i[u]=i[u]*go+a[u];return i}}function bo(t,e){let s=new Float64Array(t.length+
1);for(let n=0;n<t.length;n++)s[n+1]=s[n]+e(t[n]);return s}function wo(t,e){let s=t.length-1,n=new Float64Array(s);for(let o=0;o<s;o++)n[o]=t[o+1]-t[Math.max(o+1-e,0)];return n}var nc=["sum","mean","median","ema"],ks=class{#t=new Map;constructor(e,s){if(e.length!==s.length)throw new RangeError(`${e.length} calls and ${s.length} puts: one of each a day.`);let n=e.length;this.
length=n,this.call=e,this.put=s,this.hasBoth=new Uint8Array(n),this.ratio=new Float64Array(n),this.hasRatio=new Uint8Array(n),this.filled=new Float64Array(n);for(let o=0;o<n;o++){this.hasBoth[o]=Number.
isNaN(e[o])||Number.isNaN(s[o])?0:1;let l=this.hasBoth[o]&&e[o]!==0?s[o]/e[o]:NaN;this.hasRatio[o]=Number.isFinite(l)?1:0,this.ratio[o]=this.hasRatio[o]?l:NaN,this.filled[o]=this.hasRatio[o]?l:0}}#e(e,s){
return this.#t.has(e)||this.#t.set(e,s()),this.#t.get(e)}get order(){return this.#e("order",()=>Gl(this.ratio))}get sums(){return this.#e("sums",()=>{let e=[this.call,this.put].map(n=>n.map((o,l)=>this.
hasBoth[l]?o:0)),s=e.map(Jl);return s.includes(null)?e.map(n=>o=>xo(n,o)):s})}};function Zl({call:t,put:e}){return vs(e,t.map((s,n)=>s+e[n]))}function rn(t,e,s,n=e){switch(s){case"sum":{let o=es(t.hasBoth,
e).map(a=>a>=n?1:0),[l,i]=t.sums.map(a=>a(e));return vs(i,l,o)}case"mean":return yo(t.filled,es(t.hasRatio,e),e,n);case"median":return Kl(t.order,e,n);case"ema":return sc(t.ratio,e,n);default:throw new RangeError(
`how=${s} must be one of ${nc.join(", ")}.`)}}function sc(t,e,s){let n=1/(1+(e-1)/2),o=1-n,l=new Float64Array(t.length),i=NaN,a=0;for(let u=0;u<t.length;u++){let p=t[u];Number.isNaN(p)||(a++,Number.isNaN(
i)?i=p:i!==p&&(i=(o*i+n*p)/(o+n))),l[u]=a>=s?i:NaN}return l}function Ql({filled:t,hasRatio:e},s,n=s){let o=es(e,s),{fromMean:l,squares:i}=vo(t,e,s),a=Math.max(n,2);for(let u=0;u<l.length;u++){let p=Math.
sqrt(i[u]/Math.max(o[u]-1,1)),g=e[u]&&o[u]>=a&&p!==0?l[u]/p:NaN;l[u]=Number.isFinite(g)?g:NaN}return l}function Xl(t,e,s=e){return Yl(t.order,e,s)}function ti({filled:t,hasRatio:e},s,n,o=s){if(!(n>0))
throw new RangeError(`k=${n} must be a number above 0.`);let l=t.length,i=es(e,s),a=yo(t,i,s,o),{squares:u}=vo(t,e,s),p=new Float64Array(l),g=new Float64Array(l),d=Math.max(o,2),b=y=>Number.isFinite(y)?
y:NaN;for(let y=0;y<l;y++){let M=i[y]>=d?b(u[y]/(i[y]-1)):NaN,N=n*Math.sqrt(M);p[y]=b(a[y]+N),g[y]=b(a[y]-N)}return{middle:a,upper:p,lower:g}}function ei(t,e,s){if(e>=s)throw new RangeError(`short=${e}\
, long=${s}: short must be shorter than long.`);return vs(rn(t,e,"mean"),rn(t,s,"mean")).map(o=>o-1)}function ni({ratio:t},e){return t.map((s,n)=>n<e?NaN:s-t[n-e])}function si(t,e,s){if(!(e<s))throw new RangeError(
`lower=${e}, upper=${s}: lower must be below upper.`);let n=new Int8Array(t.length);for(let o=0;o<n.length;o++)n[o]=(t[o]>=s)-(t[o]<=e);return n}function oi(t,e=0){let s=[];for(let n=0;n<t.length;n++){
if(t[n]===0)continue;let o=s.at(-1);o&&o.side===t[n]&&n-o.last<=e+1?o.last=n:s.push({side:t[n],first:n,last:n})}return s}var Ln={zscore:(t,{lookback:e})=>t.recall("zscore",Ql,e),percentile:(t,{lookback:e})=>t.recall("percentile",Xl,e),rolling_ratio:(t,{window:e})=>t.recall("sum",rn,e,"sum"),ema:(t,{window:e})=>t.recall(
"ema",rn,e,"ema"),median:(t,{window:e})=>t.recall("median",rn,e,"median"),detrend:(t,{window:e,lookback:s})=>t.recall("detrend",lc,e,s),momentum:(t,{window:e})=>t.recall("momentum",ni,e),put_share:t=>t.
recall("put_share",Zl)},oc=Object.keys(Ln);function lc(t,e,s){if(e>=s)throw new RangeError(`Window ${e} is not shorter than Lookback ${s}, as the detrended ratio requires. Move one of the sliders, or \
choose another metric.`);return ei(t,e,s)}var ko=class{#t=new Map;constructor(e,s){this.days=e,this.counts=s}recall(e,s,...n){let o=this.#t.get(e);if(o&&o.settings.every((i,a)=>Object.is(i,n[a])))return o.
result;let l=s(this.counts,...n);return this.#t.set(e,{settings:n,result:l}),l}};function li({days:t,call:e,put:s}){if(t.length!==e.length)throw new RangeError(`${t.length} days and ${e.length} calls:\
 one of each a day.`);return new ko(t,new ks(e,s))}function So(t,e){let{window:s,lookback:n,metric:o,lower:l,upper:i,k:a}=e;if(!Object.hasOwn(Ln,o))throw new RangeError(`metric=${o} must be one of ${oc.
join(", ")}.`);let u=t.recall("bands",ti,s,a);return{ratio:t.counts.ratio,mean:u.middle,upper:u.upper,lower:u.lower,slow_mean:t.recall("slow_mean",rn,n,"mean"),metric:Ln[o](t,e),zscore:Ln.zscore(t,e),
percentile:Ln.percentile(t,e),extreme:t.recall("extreme",ic,n,l,i,t)}}function ic(t,e,s,n,o){return si(Ln.percentile(o,{lookback:e}),s,n)}function ii(t,e,s=t.days.length){let n=So(t,e),o=Math.min(s,t.
days.length)-1;for(;o>=0&&Number.isNaN(n.ratio[o]);)o--;let l=u=>o>=0?u[o]:NaN,i=oi(n.extreme.subarray(0,o+1)).at(-1),a=o>=0?n.extreme[o]:0;return{row:o,day:o>=0?t.days[o]:null,ratio:l(n.ratio),change:o>
0?n.ratio[o]-n.ratio[o-1]:NaN,mean:l(n.mean),metric:l(n.metric),percentile:l(n.percentile),zscore:l(n.zscore),side:a,age:a?i.last-i.first+1:0,since:i?o-i.last:null}}var ri=t=>t.buffer.slice(t.byteOffset,t.byteOffset+t.byteLength),rc=t=>new Int32Array(ri(t)),Mo=t=>new Float64Array(ri(t)),Ao=new WeakMap;function ai(t){return Ao.has(t)||Ao.set(t,{series:t.series.map(
e=>{let s=rc(e.days),[n,o]=[Mo(e.call),Mo(e.put)],l=e.price?Mo(e.price):null;return{...e,days:s,call:n,put:o,price:l,prepared:li({days:s,call:n,put:o})}})}),Ao.get(t).series}function $n(t,e){let[s,n]=[
0,t.length];for(;s<n;){let o=s+n>>1;t[o]<e?s=o+1:n=o}return s}function ac(t){let[e]=t;if(t.every(({days:n})=>ci(n,e.days)))return e.days;let s=new Set;for(let n of t)for(let o of n.days)s.add(o);return Int32Array.
from(s).sort()}var ci=(t,e)=>t.length===e.length&&t.every((s,n)=>s===e[n]);function ui(t,[e,s]){let n=t.map(l=>{let[i,a]=[$n(l.days,e),$n(l.days,s+1)];return{series:l,begin:i,end:a,days:l.days.subarray(
i,a),places:null,placed:new WeakMap}}),o=n.length?ac(n):new Int32Array;for(let l of n)if(!ci(l.days,o)){l.places=new Int32Array(l.days.length);for(let i=0,a=0;i<l.days.length;i++){for(;o[a]<l.days[i];)
a++;l.places[i]=a}}return{days:o,parts:n}}function fi({days:t,parts:e},s){for(let n of e)n.result=So(n.series.prepared,s);return{days:t,parts:e,zoom:cc(s.zoom,t)}}function cc(t,e){let s=[0,Math.max(e.
length-1,0)];if(!t)return s;let[n,o]=t.map(a=>Date.parse(a)/864e5),[l,i]=[$n(e,n),$n(e,o+1)-1];return l<=i?[l,i]:s}function an(t,e,s){let{places:n,begin:o,end:l,placed:i}=t,a=i.get(e);if(!a){a=new Array(
s).fill(void 0);for(let u=o;u<l;u++){let p=e[u];a[n?n[u-o]:u-o]=p===p?p:null}i.set(e,a)}return a}function Ge(t,e){let[s,n]=[e.days[e.zoom[0]],e.days[e.zoom[1]]];return s===void 0?[t.begin,t.begin]:[Math.
max(t.begin,$n(t.series.days,s)),Math.min(t.end,$n(t.series.days,n+1))]}var uc=700,ze=(t,e,s,n,o={})=>({id:t,label:e,stroke:s,values:n,digits:2,width:1.5,...o});function hi(t,e,s,n,o){let{result:l,series:i}=t,a=e.days.length,u=b=>an(t,b,a),p=n.metrics[s.metric],g=u(l.extreme),
d=[fc(t,a,o,s.hidden.includes("volume.call"))];return d.push({id:"ratio",title:"Put/call ratio",height:.42,extreme:g,lines:[ze("upper","band",o.band,u(l.upper),{band:!0,width:0}),ze("lower","",o.band,
u(l.lower),{bandEnd:!0,width:0}),ze("ratio","ratio",o.ratio,u(l.ratio),{width:1}),ze("mean",`mean ${s.window}`,o.mean,u(l.mean),{width:2}),ze("slow",`mean ${s.lookback}`,o.slow,u(l.slow_mean),{dash:[5,
4]})]}),d.push({id:"metric",title:di(p.title),height:.28,extreme:g,marks:p.marks,limits:s.metric==="percentile"?[0,1]:null,lines:[ze("metric",p.title,o.metric,u(l.metric),{digits:s.metric==="percentil\
e"?3:2})]}),i.price&&d.push({id:"price",title:i.priceName,height:.3,extreme:g,marked:!0,lines:[ze("price",i.priceName,o.price,u(i.price))]}),d}function fc(t,e,s,n){let{call:o,put:l}=t.series,i=an(t,o,
e),a=an(t,l,e);t.totals??=a.map((p,g)=>p==null||i[g]==null?p:p+i[g]);let u=e>uc?"area":"bars";return{id:"volume",title:"Contracts",height:.3,limits:[0,null],compact:!0,lines:[ze("put","puts",s.put,n?a:
t.totals,{paths:u,shown:a,count:!0}),ze("call","calls",s.call,i,{paths:u,shown:i,count:!0})]}}function pi(t,e,s,n){let o=s.metrics[e.metric];return{id:"compare",title:di(o.title),height:1,marks:o.marks,
limits:e.metric==="percentile"?[0,1]:null,lines:t.parts.map((l,i)=>ze(l.series.title,l.series.title,n.lines[i%n.lines.length],an(l,l.result.metric,t.days.length),{width:1.5,digits:e.metric==="percenti\
le"?3:2}))}}var di=t=>t[0].toUpperCase()+t.slice(1);var hc="uplot",pc="u-hz",dc="u-vt",mc="u-title",gc="u-wrap",bc="u-under",wc="u-over",xc="u-axis",fn="u-off",yc="u-select",vc="u-cursor-x",kc="u-cursor-y",Sc="u-cursor-pt",Mc="u-legend",Ac="u-live",Ec="\
u-inline",Tc="u-series",_c="u-marker",mi="u-label",Nc="u-value",ss="width",os="height";var gi="bottom",Fn="left",Eo="right",Wo="#000",bi=Wo+"0",To="mousemove",wi="mousedown",_o="mouseup",xi="mouseenter",yi="mouseleave",vi="dblclick",zc="resize",Cc="scroll",ki="change",Ts="dppxchange",Uo="\
--",Wn=typeof window<"u",Po=Wn?document:null,On=Wn?window:null,Dc=Wn?navigator:null,it,Ss;function Lo(){let t=devicePixelRatio;it!=t&&(it=t,Ss&&Fo(ki,Ss,Lo),Ss=matchMedia(`(min-resolution: ${it-.001}d\
ppx) and (max-resolution: ${it+.001}dppx)`),hn(ki,Ss,Lo),On.dispatchEvent(new CustomEvent(Ts)))}function ne(t,e){if(e!=null){let s=t.classList;!s.contains(e)&&s.add(e)}}function $o(t,e){let s=t.classList;
s.contains(e)&&s.remove(e)}function wt(t,e,s){t.style[e]=s+"px"}function xe(t,e,s,n){let o=Po.createElement(t);return e!=null&&ne(o,e),s?.insertBefore(o,n),o}function fe(t,e){return xe("div",t,e)}var Si=new WeakMap;
function Ce(t,e,s,n,o){let l="translate("+e+"px,"+s+"px)",i=Si.get(t);l!=i&&(t.style.transform=l,Si.set(t,l),e<0||s<0||e>n||s>o?ne(t,fn):$o(t,fn))}var Mi=new WeakMap;function Ai(t,e,s){let n=e+s,o=Mi.
get(t);n!=o&&(Mi.set(t,n),t.style.background=e,t.style.borderColor=s)}var Ei=new WeakMap;function Ti(t,e,s,n){let o=e+""+s,l=Ei.get(t);o!=l&&(Ei.set(t,o),t.style.height=s+"px",t.style.width=e+"px",t.style.
marginLeft=n?-e/2+"px":0,t.style.marginTop=n?-s/2+"px":0)}var Go={passive:!0},Pc={...Go,capture:!0};function hn(t,e,s,n){e.addEventListener(t,s,n?Pc:Go)}function Fo(t,e,s,n){e.removeEventListener(t,s,
Go)}Wn&&Lo();function ye(t,e,s,n){let o;s=s||0,n=n||e.length-1;let l=n<=2147483647;for(;n-s>1;)o=l?s+n>>1:se((s+n)/2),e[o]<t?s=o:n=o;return t-e[s]<=e[n]-t?s:n}function er(t){return(s,n,o)=>{let l=-1,i=-1;
for(let a=n;a<=o;a++)if(t(s[a])){l=a;break}for(let a=o;a>=n;a--)if(t(s[a])){i=a;break}return[l,i]}}var nr=t=>t!=null,sr=t=>t!=null&&t>0,zs=er(nr),Lc=er(sr);function $c(t,e,s,n=0,o=!1){let l=o?Lc:zs,i=o?
sr:nr;[e,s]=l(t,e,s);let a=t[e],u=t[e];if(e>-1)if(n==1)a=t[e],u=t[s];else if(n==-1)a=t[s],u=t[e];else for(let p=e;p<=s;p++){let g=t[p];i(g)&&(g<a?a=g:g>u&&(u=g))}return[a??ft,u??-ft]}function Cs(t,e,s,n){
let o=zi(t),l=zi(e);t==e&&(o==-1?(t*=s,e/=s):(t/=s,e*=s));let i=s==10?$e:or,a=o==1?se:he,u=l==1?he:se,p=a(i(zt(t))),g=u(i(zt(e))),d=In(s,p),b=In(s,g);return s==10&&(p<0&&(d=ht(d,-p)),g<0&&(b=ht(b,-g))),
n||s==2?(t=d*o,e=b*l):(t=ar(t,d),e=Ds(e,b)),[t,e]}function jo(t,e,s,n){let o=Cs(t,e,s,n);return t==0&&(o[0]=0),e==0&&(o[1]=0),o}var Yo=.1,_i={mode:3,pad:Yo},is={pad:0,soft:null,mode:0},Fc={min:is,max:is};
function _s(t,e,s,n){return Ps(s)?Ni(t,e,s):(is.pad=s,is.soft=n?0:null,is.mode=n?3:0,Ni(t,e,Fc))}function ot(t,e){return t??e}function Rc(t,e,s){for(e=ot(e,0),s=ot(s,t.length-1);e<=s;){if(t[e]!=null)return!0;
e++}return!1}function Ni(t,e,s){let n=s.min,o=s.max,l=ot(n.pad,0),i=ot(o.pad,0),a=ot(n.hard,-ft),u=ot(o.hard,ft),p=ot(n.soft,ft),g=ot(o.soft,-ft),d=ot(n.mode,0),b=ot(o.mode,0),y=e-t,M=$e(y),N=jt(zt(t),
zt(e)),R=$e(N),z=zt(R-M);(y<1e-24||z>10)&&(y=0,(t==0||e==0)&&(y=1e-24,d==2&&p!=ft&&(l=0),b==2&&g!=-ft&&(i=0)));let v=y||N||1e3,_=$e(v),k=In(10,se(_)),j=v*(y==0?t==0?.1:1:l),D=ht(ar(t-j,k/10),24),F=t>=
p&&(d==1||d==3&&D<=p||d==2&&D>=p)?p:ft,O=jt(a,D<F&&t>=F?F:ve(F,D)),I=v*(y==0?e==0?.1:1:i),V=ht(Ds(e+I,k/10),24),E=e<=g&&(b==1||b==3&&V>=g||b==2&&V<=g)?g:-ft,J=ve(u,V>E&&e<=E?E:jt(E,V));return O==J&&O==
0&&(J=100),[O,J]}var Oc=new Intl.NumberFormat(Wn?Dc.language:"en-US"),Ko=t=>Oc.format(t),oe=Math,Es=oe.PI,zt=oe.abs,se=oe.floor,Nt=oe.round,he=oe.ceil,ve=oe.min,jt=oe.max,In=oe.pow,zi=oe.sign,$e=oe.log10,
or=oe.log2,Ic=(t,e=1)=>oe.sinh(t)*e,No=(t,e=1)=>oe.asinh(t/e),ft=1/0;function Ci(t){return($e((t^t>>31)-(t>>31))|0)+1}function Ro(t,e,s){return ve(jt(t,e),s)}function lr(t){return typeof t=="function"}
function tt(t){return lr(t)?t:()=>t}var Vc=()=>{},ir=t=>t,rr=(t,e)=>e,Hc=t=>null,Di=t=>!0,Pi=(t,e)=>t==e,Bc=/\.\d*?(?=9{6,}|0{6,})/gm,pn=t=>{if(ur(t)||Ye.has(t))return t;let e=`${t}`,s=e.match(Bc);if(s==
null)return t;let n=s[0].length-1;if(e.indexOf("e-")!=-1){let[o,l]=e.split("e");return+`${pn(o)}e${l}`}return ht(t,n)};function cn(t,e){return pn(ht(pn(t/e))*e)}function Ds(t,e){return pn(he(pn(t/e))*
e)}function ar(t,e){return pn(se(pn(t/e))*e)}function ht(t,e=0){if(ur(t))return t;let s=10**e,n=t*s*(1+Number.EPSILON);return Nt(n)/s}var Ye=new Map;function cr(t){return((""+t).split(".")[1]||"").length}
function as(t,e,s,n){let o=[],l=n.map(cr);for(let i=e;i<s;i++){let a=zt(i),u=ht(In(t,i),a);for(let p=0;p<n.length;p++){let g=t==10?+`${n[p]}e${i}`:n[p]*u,d=(i>=0?0:a)+(i>=l[p]?0:l[p]),b=t==10?g:ht(g,d);
o.push(b),Ye.set(b,d)}}return o}var rs={},qo=[],Vn=[null,null],je=Array.isArray,ur=Number.isInteger,Wc=t=>t===void 0;function Li(t){return typeof t=="string"}function Ps(t){let e=!1;if(t!=null){let s=t.
constructor;e=s==null||s==Object}return e}function Uc(t){return t!=null&&typeof t=="object"}var Gc=Object.getPrototypeOf(Uint8Array),fr="__proto__";function Hn(t,e=Ps){let s;if(je(t)){let n=t.find(o=>o!=
null);if(je(n)||e(n)){s=Array(t.length);for(let o=0;o<t.length;o++)s[o]=Hn(t[o],e)}else s=t.slice()}else if(t instanceof Gc)s=t.slice();else if(e(t)){s={};for(let n in t)n!=fr&&(s[n]=Hn(t[n],e))}else s=
t;return s}function Et(t){let e=arguments;for(let s=1;s<e.length;s++){let n=e[s];for(let o in n)o!=fr&&(Ps(t[o])?Et(t[o],Hn(n[o])):t[o]=Hn(n[o]))}return t}var jc=0,Yc=1,Kc=2;function qc(t,e,s){for(let n=0,
o,l=-1;n<e.length;n++){let i=e[n];if(i>l){for(o=i-1;o>=0&&t[o]==null;)t[o--]=null;for(o=i+1;o<s&&t[o]==null;)t[l=o++]=null}}}function Jc(t,e){if(Xc(t)){let i=t[0].slice();for(let a=1;a<t.length;a++)i.
push(...t[a].slice(1));return tu(i[0])||(i=Qc(i)),i}let s=new Set;for(let i=0;i<t.length;i++){let u=t[i][0],p=u.length;for(let g=0;g<p;g++)s.add(u[g])}let n=[Array.from(s).sort((i,a)=>i-a)],o=n[0].length,
l=new Map;for(let i=0;i<o;i++)l.set(n[0][i],i);for(let i=0;i<t.length;i++){let a=t[i],u=a[0];for(let p=1;p<a.length;p++){let g=a[p],d=Array(o).fill(void 0),b=e?e[i][p]:Yc,y=[];for(let M=0;M<g.length;M++){
let N=g[M],R=l.get(u[M]);N===null?b!=jc&&(d[R]=N,b==Kc&&y.push(R)):d[R]=N}qc(d,y,o),n.push(d)}}return n}var Zc=typeof queueMicrotask>"u"?t=>Promise.resolve().then(t):queueMicrotask;function Qc(t){let e=t[0],
s=e.length,n=Array(s);for(let l=0;l<n.length;l++)n[l]=l;n.sort((l,i)=>e[l]-e[i]);let o=[];for(let l=0;l<t.length;l++){let i=t[l],a=Array(s);for(let u=0;u<s;u++)a[u]=i[n[u]];o.push(a)}return o}function Xc(t){
let e=t[0][0],s=e.length;for(let n=1;n<t.length;n++){let o=t[n][0];if(o.length!=s)return!1;if(o!=e){for(let l=0;l<s;l++)if(o[l]!=e[l])return!1}}return!0}function tu(t,e=100){let s=t.length;if(s<=1)return!0;
let n=0,o=s-1;for(;n<=o&&t[n]==null;)n++;for(;o>=n&&t[o]==null;)o--;if(o<=n)return!0;let l=jt(1,se((o-n+1)/e));for(let i=t[n],a=n+l;a<=o;a+=l){let u=t[a];if(u!=null){if(u<=i)return!1;i=u}}return!0}var hr=[
"January","February","March","April","May","June","July","August","September","October","November","December"],pr=["Sunday","Monday","Tuesday","Wednesday","Thursday","Friday","Saturday"];function dr(t){
return t.slice(0,3)}var eu=pr.map(dr),nu=hr.map(dr),su={MMMM:hr,MMM:nu,WWWW:pr,WWW:eu};function ns(t){return(t<10?"0":"")+t}function ou(t){return(t<10?"00":t<100?"0":"")+t}var lu={YYYY:t=>t.getFullYear(),
YY:t=>(t.getFullYear()+"").slice(2),MMMM:(t,e)=>e.MMMM[t.getMonth()],MMM:(t,e)=>e.MMM[t.getMonth()],MM:t=>ns(t.getMonth()+1),M:t=>t.getMonth()+1,DD:t=>ns(t.getDate()),D:t=>t.getDate(),WWWW:(t,e)=>e.WWWW[t.
getDay()],WWW:(t,e)=>e.WWW[t.getDay()],HH:t=>ns(t.getHours()),H:t=>t.getHours(),h:t=>{let e=t.getHours();return e==0?12:e>12?e-12:e},AA:t=>t.getHours()>=12?"PM":"AM",aa:t=>t.getHours()>=12?"pm":"am",a:t=>t.
getHours()>=12?"p":"a",mm:t=>ns(t.getMinutes()),m:t=>t.getMinutes(),ss:t=>ns(t.getSeconds()),s:t=>t.getSeconds(),fff:t=>ou(t.getMilliseconds())};function Jo(t,e){e=e||su;let s=[],n=/\{([a-z]+)\}|[^{]+/gi,
o;for(;o=n.exec(t);)s.push(o[0][0]=="{"?lu[o[1]]:o[0]);return l=>{let i="";for(let a=0;a<s.length;a++)i+=typeof s[a]=="string"?s[a]:s[a](l,e);return i}}var iu=new Intl.DateTimeFormat().resolvedOptions().
timeZone;function ru(t,e){let s;return e=="UTC"||e=="Etc/UTC"?s=new Date(+t+t.getTimezoneOffset()*6e4):e==iu?s=t:(s=new Date(t.toLocaleString("en-US",{timeZone:e})),s.setMilliseconds(t.getMilliseconds())),
s}var mr=t=>t%1==0,Ns=[1,2,2.5,5],au=as(10,-32,0,Ns),gr=as(10,0,32,Ns),cu=gr.filter(mr),un=au.concat(gr),Zo=`
`,br="{YYYY}",$i=Zo+br,wr="{M}/{D}",ls=Zo+wr,Ms=ls+"/{YY}",xr="{aa}",uu="{h}:{mm}",Rn=uu+xr,Fi=Zo+Rn,Ri=":{ss}",at=null;function yr(t){let e=t*1e3,s=e*60,n=s*60,o=n*24,l=o*30,i=o*365,u=(t==1?as(10,0,3,
Ns).filter(mr):as(10,-3,0,Ns)).concat([e,e*5,e*10,e*15,e*30,s,s*5,s*10,s*15,s*30,n,n*2,n*3,n*4,n*6,n*8,n*12,o,o*2,o*3,o*4,o*5,o*6,o*7,o*8,o*9,o*10,o*15,l,l*2,l*3,l*4,l*6,i,i*2,i*5,i*10,i*25,i*50,i*100]),
p=[[i,br,at,at,at,at,at,at,1],[o*28,"{MMM}",$i,at,at,at,at,at,1],[o,wr,$i,at,at,at,at,at,1],[n,"{h}"+xr,Ms,at,ls,at,at,at,1],[s,Rn,Ms,at,ls,at,at,at,1],[e,Ri,Ms+" "+Rn,at,ls+" "+Rn,at,Fi,at,1],[t,Ri+"\
.{fff}",Ms+" "+Rn,at,ls+" "+Rn,at,Fi,at,1]];function g(d){return(b,y,M,N,R,z)=>{let v=[],_=R>=i,k=R>=l&&R<i,j=d(M),D=ht(j*t,3),F=zo(j.getFullYear(),_?0:j.getMonth(),k||_?1:j.getDate()),O=ht(F*t,3);if(k||
_){let I=k?R/l:0,V=_?R/i:0,E=D==O?D:ht(zo(F.getFullYear()+V,F.getMonth()+I,1)*t,3),J=new Date(Nt(E/t)),H=J.getFullYear(),K=J.getMonth();for(let G=0;E<=N;G++){let et=zo(H+V*G,K+I*G,1),U=et-d(ht(et*t,3));
E=ht((+et+U)*t,3),E<=N&&v.push(E)}}else{let I=R>=o?o:R,V=se(M)-se(D),E=O+V+Ds(D-O,I);v.push(E);let J=d(E),H=J.getHours()+J.getMinutes()/s+J.getSeconds()/n,K=R/n,G=b.axes[y]._space,et=z/G;for(;E=ht(E+R,
t==1?0:3),!(E>N);)if(K>1){let U=se(ht(H+K,6))%24,nt=d(E).getHours()-U;nt>1&&(nt=-1),E-=nt*n,H=(H+K)%24;let ct=v[v.length-1];ht((E-ct)/R,3)*et>=.7&&v.push(E)}else v.push(E)}return v}}return[u,p,g]}var[
fu,hu,pu]=yr(1),[du,mu,gu]=yr(.001);as(2,-53,53,[1]);function Oi(t,e){return t.map(s=>s.map((n,o)=>o==0||o==8||n==null?n:e(o==1||s[8]==0?n:s[1]+n)))}function Ii(t,e){return(s,n,o,l,i)=>{let a=e.find(M=>i>=
M[0])||e[e.length-1],u,p,g,d,b,y;return n.map(M=>{let N=t(M),R=N.getFullYear(),z=N.getMonth(),v=N.getDate(),_=N.getHours(),k=N.getMinutes(),j=N.getSeconds(),D=R!=u&&a[2]||z!=p&&a[3]||v!=g&&a[4]||_!=d&&
a[5]||k!=b&&a[6]||j!=y&&a[7]||a[1];return u=R,p=z,g=v,d=_,b=k,y=j,D(N)})}}function bu(t,e){let s=Jo(e);return(n,o,l,i,a)=>o.map(u=>s(t(u)))}function zo(t,e,s){return new Date(t,e,s)}function Vi(t,e){return e(
t)}var wu="{YYYY}-{MM}-{DD} {h}:{mm}{aa}";function Hi(t,e){return(s,n,o,l)=>l==null?Uo:e(t(n))}function xu(t,e){let s=t.series[e];return s.width?s.stroke(t,e):s.points.width?s.points.stroke(t,e):null}
function yu(t,e){return t.series[e].fill(t,e)}var vu={show:!0,live:!0,isolate:!1,mount:Vc,markers:{show:!0,width:2,stroke:xu,fill:yu,dash:"solid"},idx:null,idxs:null,values:[]};function ku(t,e){let s=t.
cursor.points,n=fe(),o=s.size(t,e);wt(n,ss,o),wt(n,os,o);let l=o/-2;wt(n,"marginLeft",l),wt(n,"marginTop",l);let i=s.width(t,e,o);return i&&wt(n,"borderWidth",i),n}function Su(t,e){let s=t.series[e].points;
return s._fill||s._stroke}function Mu(t,e){let s=t.series[e].points;return s._stroke||s._fill}function Au(t,e){return t.series[e].points.size}var Co=[0,0];function Eu(t,e,s){return Co[0]=e,Co[1]=s,Co}
function As(t,e,s,n=!0){return o=>{o.button==0&&(!n||o.target==e)&&s(o)}}function Do(t,e,s,n=!0){return o=>{(!n||o.target==e)&&s(o)}}var Tu={show:!0,x:!0,y:!0,lock:!1,move:Eu,points:{one:!1,show:ku,size:Au,
width:0,stroke:Mu,fill:Su},bind:{mousedown:As,mouseup:As,click:As,dblclick:As,mousemove:Do,mouseleave:Do,mouseenter:Do},drag:{setScale:!0,x:!0,y:!1,dist:0,uni:null,click:(t,e)=>{e.stopPropagation(),e.
stopImmediatePropagation()},_x:!1,_y:!1},focus:{dist:(t,e,s,n,o)=>n-o,prox:-1,bias:0},hover:{skip:[void 0],prox:null,bias:0},left:-10,top:-10,idx:null,dataIdx:null,idxs:null,event:null},vr={show:!0,stroke:"\
rgba(0,0,0,0.07)",width:2},Qo=Et({},vr,{filter:rr}),kr=Et({},Qo,{size:10}),Sr=Et({},vr,{show:!1}),Xo='12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-seri\
f, "Apple Color Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Noto Color Emoji"',Mr="bold "+Xo,Ar=1.5,Bi={show:!0,scale:"x",stroke:Wo,space:50,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:Mr,
side:2,grid:Qo,ticks:kr,border:Sr,font:Xo,lineGap:Ar,rotate:0},_u="Value",Nu="Time",Wi={show:!0,scale:"x",auto:!1,sorted:1,min:ft,max:-ft,idxs:[]};function zu(t,e,s,n,o){return e.map(l=>l==null?"":Ko(
l))}function Cu(t,e,s,n,o,l,i){let a=[],u=Ye.get(o)||0;s=i?s:ht(Ds(s,o),u);for(let p=s;p<=n;p=ht(p+o,u))a.push(Object.is(p,-0)?0:p);return a}function Oo(t,e,s,n,o,l,i){let a=[],u=t.scales[t.axes[e].scale].
log,p=u==10?$e:or,g=se(p(s));o=In(u,g),u==10&&(o=un[ye(o,un)]);let d=s,b=o*u;u==10&&(b=un[ye(b,un)]);do a.push(d),d=d+o,u==10&&!Ye.has(d)&&(d=ht(d,Ye.get(o))),d>=b&&(o=d,b=o*u,u==10&&(b=un[ye(b,un)]));while(d<=
n);return a}function Du(t,e,s,n,o,l,i){let u=t.scales[t.axes[e].scale].asinh,p=n>u?Oo(t,e,jt(u,s),n,o):[u],g=n>=0&&s<=0?[0]:[];return(s<-u?Oo(t,e,jt(u,-n),-s,o):[u]).reverse().map(b=>-b).concat(g,p)}var Er=/./,
Pu=/[12357]/,Lu=/[125]/,Ui=/1/,Io=(t,e,s,n)=>t.map((o,l)=>e==4&&o==0||l%n==0&&s.test(o.toExponential()[o<0?1:0])?o:null);function $u(t,e,s,n,o){let l=t.axes[s],i=l.scale,a=t.scales[i],u=t.valToPos,p=l.
_space,g=u(10,i),d=u(9,i)-g>=p?Er:u(7,i)-g>=p?Pu:u(5,i)-g>=p?Lu:Ui;if(d==Ui){let b=zt(u(1,i)-g);if(b<p)return Io(e.slice().reverse(),a.distr,d,he(p/b)).reverse()}return Io(e,a.distr,d,1)}function Fu(t,e,s,n,o){
let l=t.axes[s],i=l.scale,a=l._space,u=t.valToPos,p=zt(u(1,i)-u(2,i));return p<a?Io(e.slice().reverse(),3,Er,he(a/p)).reverse():e}function Ru(t,e,s,n){return n==null?Uo:e==null?"":Ko(e)}var Gi={show:!0,
scale:"y",stroke:Wo,space:30,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:Mr,side:3,grid:Qo,ticks:kr,border:Sr,font:Xo,lineGap:Ar,rotate:0};function Ou(t,e){let s=3+(t||1)*2;return ht(s*e,
3)}function Iu(t,e){let{scale:s,idxs:n}=t.series[0],o=t._data[0],l=t.valToPos(o[n[0]],s,!0),i=t.valToPos(o[n[1]],s,!0),a=zt(i-l),u=t.series[e],p=a/(u.points.space*it);return n[1]-n[0]<=p}var ji={scale:null,
auto:!0,sorted:0,min:ft,max:-ft},Tr=(t,e,s,n,o)=>o,Yi={show:!0,auto:!0,sorted:0,gaps:Tr,alpha:1,facets:[Et({},ji,{scale:"x"}),Et({},ji,{scale:"y"})]},Ki={scale:"y",auto:!0,sorted:0,show:!0,spanGaps:!1,
gaps:Tr,alpha:1,points:{show:Iu,filter:null},values:null,min:ft,max:-ft,idxs:[],path:null,clip:null};function Vu(t,e,s,n,o){return s/10}var _r={time:!0,auto:!0,distr:1,log:10,asinh:1,min:null,max:null,
dir:1,ori:0},Hu=Et({},_r,{time:!1,ori:1}),qi={};function Nr(t,e){let s=qi[t];return s||(s={key:t,plots:[],sub(n){s.plots.push(n)},unsub(n){s.plots=s.plots.filter(o=>o!=n)},pub(n,o,l,i,a,u,p){for(let g=0;g<
s.plots.length;g++)s.plots[g]!=o&&s.plots[g].pub(n,o,l,i,a,u,p)}},t!=null&&(qi[t]=s)),s}var Bn=1,Vo=2;function dn(t,e,s){let n=t.mode,o=t.series[e],l=n==2?t._data[e]:t._data,i=t.scales,a=t.bbox,u=l[0],
p=n==2?l[1]:l[e],g=n==2?i[o.facets[0].scale]:i[t.series[0].scale],d=n==2?i[o.facets[1].scale]:i[o.scale],b=a.left,y=a.top,M=a.width,N=a.height,R=t.valToPosH,z=t.valToPosV;return g.ori==0?s(o,u,p,g,d,R,
z,b,y,M,N,$s,Un,Rs,Cr,Pr):s(o,u,p,g,d,z,R,y,b,N,M,Fs,Gn,nl,Dr,Lr)}function tl(t,e){let s=0,n=0,o=ot(t.bands,qo);for(let l=0;l<o.length;l++){let i=o[l];i.series[0]==e?s=i.dir:i.series[1]==e&&(i.dir==1?
n|=1:n|=2)}return[s,n==1?-1:n==2?1:n==3?2:0]}function Bu(t,e,s,n,o){let l=t.mode,i=t.series[e],a=l==2?i.facets[1].scale:i.scale,u=t.scales[a];return o==-1?u.min:o==1?u.max:u.distr==3?u.dir==1?u.min:u.
max:0}function Fe(t,e,s,n,o,l){return dn(t,e,(i,a,u,p,g,d,b,y,M,N,R)=>{let z=i.pxRound,v=p.dir*(p.ori==0?1:-1),_=p.ori==0?Un:Gn,k,j;v==1?(k=s,j=n):(k=n,j=s);let D=z(d(a[k],p,N,y)),F=z(b(u[k],g,R,M)),O=z(
d(a[j],p,N,y)),I=z(b(l==1?g.max:g.min,g,R,M)),V=new Path2D(o);return _(V,O,I),_(V,D,I),_(V,D,F),V})}function Ls(t,e,s,n,o,l){let i=null;if(t.length>0){i=new Path2D;let a=e==0?Rs:nl,u=s;for(let d=0;d<t.
length;d++){let b=t[d];if(b[1]>b[0]){let y=b[0]-u;y>0&&a(i,u,n,y,n+l),u=b[1]}}let p=s+o-u,g=10;p>0&&a(i,u,n-g/2,p,n+l+g)}return i}function Wu(t,e,s){let n=t[t.length-1];n&&n[0]==e?n[1]=s:t.push([e,s])}
function el(t,e,s,n,o,l,i){let a=[],u=t.length;for(let p=o==1?s:n;p>=s&&p<=n;p+=o)if(e[p]===null){let d=p,b=p;if(o==1)for(;++p<=n&&e[p]===null;)b=p;else for(;--p>=s&&e[p]===null;)b=p;let y=l(t[d]),M=b==
d?y:l(t[b]),N=d-o;y=i<=0&&N>=0&&N<u?l(t[N]):y;let z=b+o;M=i>=0&&z>=0&&z<u?l(t[z]):M,M>=y&&a.push([y,M])}return a}function Ji(t){return t==0?ir:t==1?Nt:e=>cn(e,t)}function zr(t){let e=t==0?$s:Fs,s=t==0?
(o,l,i,a,u,p)=>{o.arcTo(l,i,a,u,p)}:(o,l,i,a,u,p)=>{o.arcTo(i,l,u,a,p)},n=t==0?(o,l,i,a,u)=>{o.rect(l,i,a,u)}:(o,l,i,a,u)=>{o.rect(i,l,u,a)};return(o,l,i,a,u,p=0,g=0)=>{p==0&&g==0?n(o,l,i,a,u):(p=ve(p,
a/2,u/2),g=ve(g,a/2,u/2),e(o,l+p,i),s(o,l+a,i,l+a,i+u,p),s(o,l+a,i+u,l,i+u,g),s(o,l,i+u,l,i,g),s(o,l,i,l+a,i,p),o.closePath())}}var $s=(t,e,s)=>{t.moveTo(e,s)},Fs=(t,e,s)=>{t.moveTo(s,e)},Un=(t,e,s)=>{
t.lineTo(e,s)},Gn=(t,e,s)=>{t.lineTo(s,e)},Rs=zr(0),nl=zr(1),Cr=(t,e,s,n,o,l)=>{t.arc(e,s,n,o,l)},Dr=(t,e,s,n,o,l)=>{t.arc(s,e,n,o,l)},Pr=(t,e,s,n,o,l,i)=>{t.bezierCurveTo(e,s,n,o,l,i)},Lr=(t,e,s,n,o,l,i)=>{
t.bezierCurveTo(s,e,o,n,i,l)};function $r(t){return(e,s,n,o,l)=>dn(e,s,(i,a,u,p,g,d,b,y,M,N,R)=>{let{pxRound:z,points:v}=i,_,k;p.ori==0?(_=$s,k=Cr):(_=Fs,k=Dr);let j=ht(v.width*it,3),D=(v.size-v.width)/
2*it,F=ht(D*2,3),O=new Path2D,I=new Path2D,{left:V,top:E,width:J,height:H}=e.bbox;Rs(I,V-F,E-F,J+F*2,H+F*2);let K=G=>{if(u[G]!=null){let et=z(d(a[G],p,N,y)),U=z(b(u[G],g,R,M));_(O,et+D,U),k(O,et,U,D,0,
Es*2)}};if(l)l.forEach(K);else for(let G=n;G<=o;G++)K(G);return{stroke:j>0?O:null,fill:O,clip:I,flags:Bn|Vo}})}function Fr(t){return(e,s,n,o,l,i)=>{n!=o&&(l!=n&&i!=n&&t(e,s,n),l!=o&&i!=o&&t(e,s,o),t(e,
s,i))}}var Uu=Fr(Un),Gu=Fr(Gn);function Rr(t){let e=ot(t?.alignGaps,0);return(s,n,o,l)=>dn(s,n,(i,a,u,p,g,d,b,y,M,N,R)=>{[o,l]=zs(u,o,l);let z=i.pxRound,v=H=>z(d(H,p,N,y)),_=H=>z(b(H,g,R,M)),k,j;p.ori==
0?(k=Un,j=Uu):(k=Gn,j=Gu);let D=p.dir*(p.ori==0?1:-1),F={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Bn},O=F.stroke,I=!1;if(l-o>=N*4){let H=B=>s.posToVal(B,p.key,!0),K=null,G=null,
et,U,Kt,xt=v(a[D==1?o:l]),nt=v(a[o]),ct=v(a[l]),Q=H(D==1?nt+1:ct-1);for(let B=D==1?o:l;B>=o&&B<=l;B+=D){let Tt=a[B],yt=(D==1?Tt<Q:Tt>Q)?xt:v(Tt),rt=u[B];yt==xt?rt!=null?(U=rt,K==null?(k(O,yt,_(U)),et=
K=G=U):U<K?K=U:U>G&&(G=U)):rt===null&&(I=!0):(K!=null&&j(O,xt,_(K),_(G),_(et),_(U)),rt!=null?(U=rt,k(O,yt,_(U)),K=G=et=U):(K=G=null,rt===null&&(I=!0)),xt=yt,Q=H(xt+D))}K!=null&&K!=G&&Kt!=xt&&j(O,xt,_(
K),_(G),_(et),_(U))}else for(let H=D==1?o:l;H>=o&&H<=l;H+=D){let K=u[H];K===null?I=!0:K!=null&&k(O,v(a[H]),_(K))}let[E,J]=tl(s,n);if(i.fill!=null||E!=0){let H=F.fill=new Path2D(O),K=i.fillTo(s,n,i.min,
i.max,E),G=_(K),et=v(a[o]),U=v(a[l]);D==-1&&([U,et]=[et,U]),k(H,U,G),k(H,et,G)}if(!i.spanGaps){let H=[];I&&H.push(...el(a,u,o,l,D,v,e)),F.gaps=H=i.gaps(s,n,o,l,H),F.clip=Ls(H,p.ori,y,M,N,R)}return J!=
0&&(F.band=J==2?[Fe(s,n,o,l,O,-1),Fe(s,n,o,l,O,1)]:Fe(s,n,o,l,O,J)),F})}function ju(t){let e=ot(t.align,1),s=ot(t.ascDesc,!1),n=ot(t.alignGaps,0),o=ot(t.extend,!1);return(l,i,a,u)=>dn(l,i,(p,g,d,b,y,M,N,R,z,v,_)=>{
[a,u]=zs(d,a,u);let k=p.pxRound,{left:j,width:D}=l.bbox,F=nt=>k(M(nt,b,v,R)),O=nt=>k(N(nt,y,_,z)),I=b.ori==0?Un:Gn,V={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Bn},E=V.stroke,J=b.
dir*(b.ori==0?1:-1),H=O(d[J==1?a:u]),K=F(g[J==1?a:u]),G=K,et=K;o&&e==-1&&(et=j,I(E,et,H)),I(E,K,H);for(let nt=J==1?a:u;nt>=a&&nt<=u;nt+=J){let ct=d[nt];if(ct==null)continue;let Q=F(g[nt]),B=O(ct);e==1?
I(E,Q,H):I(E,G,B),I(E,Q,B),H=B,G=Q}let U=G;o&&e==1&&(U=j+D,I(E,U,H));let[Kt,xt]=tl(l,i);if(p.fill!=null||Kt!=0){let nt=V.fill=new Path2D(E),ct=p.fillTo(l,i,p.min,p.max,Kt),Q=O(ct);I(nt,U,Q),I(nt,et,Q)}
if(!p.spanGaps){let nt=[];nt.push(...el(g,d,a,u,J,F,n));let ct=p.width*it/2,Q=s||e==1?ct:-ct,B=s||e==-1?-ct:ct;nt.forEach(Tt=>{Tt[0]+=Q,Tt[1]+=B}),V.gaps=nt=p.gaps(l,i,a,u,nt),V.clip=Ls(nt,b.ori,R,z,v,
_)}return xt!=0&&(V.band=xt==2?[Fe(l,i,a,u,E,-1),Fe(l,i,a,u,E,1)]:Fe(l,i,a,u,E,xt)),V})}function Zi(t,e,s,n,o,l,i=ft){if(t.length>1){let a=null;for(let u=0,p=1/0;u<t.length;u++)if(e[u]!==void 0){if(a!=
null){let g=zt(t[u]-t[a]);g<p&&(p=g,i=zt(s(t[u],n,o,l)-s(t[a],n,o,l)))}a=u}}return i}function Yu(t){t=t||rs;let e=ot(t.size,[.6,ft,1]),s=t.align||0,n=t.gap||0,o=t.radius;o=o==null?[0,0]:typeof o=="num\
ber"?[o,0]:o;let l=tt(o),i=1-e[0],a=ot(e[1],ft),u=ot(e[2],1),p=ot(t.disp,rs),g=ot(t.each,y=>{}),{fill:d,stroke:b}=p;return(y,M,N,R)=>dn(y,M,(z,v,_,k,j,D,F,O,I,V,E)=>{let J=z.pxRound,H=s,K=n*it,G=a*it,
et=u*it,U,Kt;k.ori==0?[U,Kt]=l(y,M):[Kt,U]=l(y,M);let xt=k.dir*(k.ori==0?1:-1),nt=k.ori==0?Rs:nl,ct=k.ori==0?g:(L,pt,_t,wn,Ze,Se,Qe)=>{g(L,pt,_t,Ze,wn,Qe,Se)},Q=ot(y.bands,qo).find(L=>L.series[0]==M),
B=Q!=null?Q.dir:0,Tt=z.fillTo(y,M,z.min,z.max,B),Ht=J(F(Tt,j,E,I)),yt,rt,pe,Zt=V,kt=J(z.width*it),ke=!1,De=null,le=null,Oe=null,mn=null;d!=null&&(kt==0||b!=null)&&(ke=!0,De=d.values(y,M,N,R),le=new Map,
new Set(De).forEach(L=>{L!=null&&le.set(L,new Path2D)}),kt>0&&(Oe=b.values(y,M,N,R),mn=new Map,new Set(Oe).forEach(L=>{L!=null&&mn.set(L,new Path2D)})));let{x0:gn,size:Yn}=p;if(gn!=null&&Yn!=null){H=1,
v=gn.values(y,M,N,R),gn.unit==2&&(v=v.map(_t=>y.posToVal(O+_t*V,k.key,!0)));let L=Yn.values(y,M,N,R);Yn.unit==2?rt=L[0]*V:rt=D(L[0],k,V,O)-D(0,k,V,O),Zt=Zi(v,_,D,k,V,O,Zt),pe=Zt-rt+K}else Zt=Zi(v,_,D,
k,V,O,Zt),pe=Zt*i+K,rt=Zt-pe;pe<1&&(pe=0),kt>=rt/2&&(kt=0),pe<5&&(J=ir);let cs=pe>0,qe=Zt-pe-(cs?kt:0);rt=J(Ro(qe,et,G)),yt=(H==0?rt/2:H==xt?0:rt)-H*xt*((H==0?K/2:0)+(cs?kt/2:0));let Bt={stroke:null,fill:null,
clip:null,band:null,gaps:null,flags:0},bn=ke?null:new Path2D,Pe=null;if(Q!=null)Pe=y.data[Q.series[1]];else{let{y0:L,y1:pt}=p;L!=null&&pt!=null&&(_=pt.values(y,M,N,R),Pe=L.values(y,M,N,R))}let Je=U*rt,
Z=Kt*rt;for(let L=xt==1?N:R;L>=N&&L<=R;L+=xt){let pt=_[L];if(pt==null)continue;if(Pe!=null){let qt=Pe[L]??0;if(pt-qt==0)continue;Ht=F(qt,j,E,I)}let _t=k.distr!=2||p!=null?v[L]:L,wn=D(_t,k,V,O),Ze=F(ot(
pt,Tt),j,E,I),Se=J(wn-yt),Qe=J(jt(Ze,Ht)),Qt=J(ve(Ze,Ht)),ie=Qe-Qt;if(pt!=null){let qt=pt<0?Z:Je,de=pt<0?Je:Z;ke?(kt>0&&Oe[L]!=null&&nt(mn.get(Oe[L]),Se,Qt+se(kt/2),rt,jt(0,ie-kt),qt,de),De[L]!=null&&
nt(le.get(De[L]),Se,Qt+se(kt/2),rt,jt(0,ie-kt),qt,de)):nt(bn,Se,Qt+se(kt/2),rt,jt(0,ie-kt),qt,de),ct(y,M,L,Se-kt/2,Qt,rt+kt,ie)}}return kt>0?Bt.stroke=ke?mn:bn:ke||(Bt._fill=z.width==0?z._fill:z._stroke??
z._fill,Bt.width=0),Bt.fill=ke?le:bn,Bt})}function Ku(t,e){let s=ot(e?.alignGaps,0);return(n,o,l,i)=>dn(n,o,(a,u,p,g,d,b,y,M,N,R,z)=>{[l,i]=zs(p,l,i);let v=a.pxRound,_=U=>v(b(U,g,R,M)),k=U=>v(y(U,d,z,
N)),j,D,F;g.ori==0?(j=$s,F=Un,D=Pr):(j=Fs,F=Gn,D=Lr);let O=g.dir*(g.ori==0?1:-1),I=_(u[O==1?l:i]),V=I,E=[],J=[];for(let U=O==1?l:i;U>=l&&U<=i;U+=O)if(p[U]!=null){let xt=u[U],nt=_(xt);E.push(V=nt),J.push(
k(p[U]))}let H={stroke:t(E,J,j,F,D,v),fill:null,clip:null,band:null,gaps:null,flags:Bn},K=H.stroke,[G,et]=tl(n,o);if(a.fill!=null||G!=0){let U=H.fill=new Path2D(K),Kt=a.fillTo(n,o,a.min,a.max,G),xt=k(
Kt);F(U,V,xt),F(U,I,xt)}if(!a.spanGaps){let U=[];U.push(...el(u,p,l,i,O,_,s)),H.gaps=U=a.gaps(n,o,l,i,U),H.clip=Ls(U,g.ori,M,N,R,z)}return et!=0&&(H.band=et==2?[Fe(n,o,l,i,K,-1),Fe(n,o,l,i,K,1)]:Fe(n,
o,l,i,K,et)),H})}function qu(t){return Ku(Ju,t)}function Ju(t,e,s,n,o,l){let i=t.length;if(i<2)return null;let a=new Path2D;if(s(a,t[0],e[0]),i==2)n(a,t[1],e[1]);else{let u=Array(i),p=Array(i-1),g=Array(
i-1),d=Array(i-1);for(let b=0;b<i-1;b++)g[b]=e[b+1]-e[b],d[b]=t[b+1]-t[b],p[b]=g[b]/d[b];u[0]=p[0];for(let b=1;b<i-1;b++)p[b]===0||p[b-1]===0||p[b-1]>0!=p[b]>0?u[b]=0:(u[b]=3*(d[b-1]+d[b])/((2*d[b]+d[b-
1])/p[b-1]+(d[b]+2*d[b-1])/p[b]),isFinite(u[b])||(u[b]=0));u[i-1]=p[i-2];for(let b=0;b<i-1;b++)o(a,t[b]+d[b]/3,e[b]+u[b]*d[b]/3,t[b+1]-d[b]/3,e[b+1]-u[b+1]*d[b]/3,t[b+1],e[b+1])}return a}var Ho=new Set;
function Qi(){for(let t of Ho)t.syncRect(!0)}Wn&&(hn(zc,On,Qi),hn(Cc,On,Qi,!0),hn(Ts,On,()=>{Ct.pxRatio=it}));var Zu=Rr(),Qu=$r();function Xi(t,e,s,n){return(n?[t[0],t[1]].concat(t.slice(2)):[t[0]].concat(
t.slice(1))).map((l,i)=>Bo(l,i,e,s))}function Xu(t,e){return t.map((s,n)=>n==0?{}:Et({},e,s))}function Bo(t,e,s,n){return Et({},e==0?s:n,t)}function Or(t,e,s){return e==null?Vn:[e,s]}var tf=Or;function ef(t,e,s){
return e==null?Vn:_s(e,s,Yo,!0)}function Ir(t,e,s,n){return e==null?Vn:Cs(e,s,t.scales[n].log,!1)}var nf=Ir;function Vr(t,e,s,n){return e==null?Vn:jo(e,s,t.scales[n].log,!1)}var sf=Vr;function of(t,e,s,n,o){
let l=jt(Ci(t),Ci(e)),i=e-t,a=ye(o/n*i,s);do{let u=s[a],p=n*u/i;if(p>=o&&l+(u<5?Ye.get(u):0)<=17)return[u,p]}while(++a<s.length);return[0,0]}function tr(t){let e,s;return t=t.replace(/(\d+)px/,(n,o)=>(e=
Nt((s=+o)*it))+"px"),[t,e,s]}function lf(t){t.show&&[t.font,t.labelFont].forEach(e=>{let s=ht(e[2]*it,1);e[0]=e[0].replace(/[0-9.]+px/,s+"px"),e[1]=s})}function Ct(t,e,s){let n={mode:ot(t.mode,1)},o=n.
mode;function l(r,c,f,h){let m=c.valToPct(r);return h+f*(c.dir==-1?1-m:m)}function i(r,c,f,h){let m=c.valToPct(r);return h+f*(c.dir==-1?m:1-m)}function a(r,c,f,h){return c.ori==0?l(r,c,f,h):i(r,c,f,h)}
n.valToPosH=l,n.valToPosV=i;let u=!1;n.status=0;let p=n.root=fe(hc);if(t.id!=null&&(p.id=t.id),ne(p,t.class),t.title){let r=fe(mc,p);r.textContent=t.title}let g=xe("canvas"),d=n.ctx=g.getContext("2d"),
b=fe(gc,p);hn("click",b,r=>{r.target===M&&(dt!=Nn||vt!=zn)&&It.click(n,r)},!0);let y=n.under=fe(bc,b);b.appendChild(g);let M=n.over=fe(wc,b);t=Hn(t);let N=+ot(t.pxAlign,1),R=Ji(N);(t.plugins||[]).forEach(
r=>{r.opts&&(t=r.opts(n,t)||t)});let z=t.ms||.001,v=n.series=o==1?Xi(t.series||[],Wi,Ki,!1):Xu(t.series||[null],Yi),_=n.axes=Xi(t.axes||[],Bi,Gi,!0),k=n.scales={},j=n.bands=t.bands||[];j.forEach(r=>{r.
fill=tt(r.fill||null),r.dir=ot(r.dir,-1)});let D=o==2?v[1].facets[0].scale:v[0].scale,F={axes:Fa,series:Ca},O=(t.drawOrder||["axes","series"]).map(r=>F[r]);function I(r){let c=r.distr==3?f=>$e(f>0?f:r.
clamp(n,f,r.min,r.max,r.key)):r.distr==4?f=>No(f,r.asinh):r.distr==100?f=>r.fwd(f):f=>f;return f=>{let h=c(f),{_min:m,_max:w}=r,x=w-m;return(h-m)/x}}function V(r){let c=k[r];if(c==null){let f=(t.scales||
rs)[r]||rs;if(f.from!=null){V(f.from);let h=Et({},k[f.from],f,{key:r});h.valToPct=I(h),k[r]=h}else{c=k[r]=Et({},r==D?_r:Hu,f),c.key=r;let h=c.time,m=c.range,w=je(m);if((r!=D||o==2&&!h)&&(w&&(m[0]==null||
m[1]==null)&&(m={min:m[0]==null?_i:{mode:1,hard:m[0],soft:m[0]},max:m[1]==null?_i:{mode:1,hard:m[1],soft:m[1]}},w=!1),!w&&Ps(m))){let x=m;m=(S,A,C)=>A==null?Vn:_s(A,C,x)}c.range=tt(m||(h?tf:r==D?c.distr==
3?nf:c.distr==4?sf:Or:c.distr==3?Ir:c.distr==4?Vr:ef)),c.auto=tt(w?!1:c.auto),c.clamp=tt(c.clamp||Vu),c._min=c._max=null,c.valToPct=I(c)}}}V("x"),V("y"),o==1&&v.forEach(r=>{V(r.scale)}),_.forEach(r=>{
V(r.scale)});for(let r in t.scales)V(r);let E=k[D],J=E.distr,H,K;E.ori==0?(ne(p,pc),H=l,K=i):(ne(p,dc),H=i,K=l);let G={};for(let r in k){let c=k[r];(c.min!=null||c.max!=null)&&(G[r]={min:c.min,max:c.max},
c.min=c.max=null)}let et=t.tzDate||(r=>new Date(Nt(r/z))),U=t.fmtDate||Jo,Kt=z==1?pu(et):gu(et),xt=Ii(et,Oi(z==1?hu:mu,U)),nt=Hi(et,Vi(wu,U)),ct=[],Q=n.legend=Et({},vu,t.legend),B=n.cursor=Et({},Tu,{drag:{
y:o==2}},t.cursor),Tt=Q.show,Ht=B.show,yt=Q.markers;Q.idxs=ct,yt.width=tt(yt.width),yt.dash=tt(yt.dash),yt.stroke=tt(yt.stroke),yt.fill=tt(yt.fill);let rt,pe,Zt,kt=[],ke=[],De,le=!1,Oe={};if(Q.live){let r=v[1]?
v[1].values:null;le=r!=null,De=le?r(n,1,0):{_:0};for(let c in De)Oe[c]=Uo}if(Tt)if(rt=xe("table",Mc,p),Zt=xe("tbody",null,rt),Q.mount(n,rt),le){pe=xe("thead",null,rt,Zt);let r=xe("tr",null,pe);xe("th",
null,r);for(var mn in De)xe("th",mi,r).textContent=mn}else ne(rt,Ec),Q.live&&ne(rt,Ac);let gn={show:!0},Yn={show:!1};function cs(r,c){if(c==0&&(le||!Q.live||o==2))return Vn;let f=[],h=xe("tr",Tc,Zt,Zt.
childNodes[c]);ne(h,r.class),r.show||ne(h,fn);let m=xe("th",null,h);if(yt.show){let S=fe(_c,m);if(c>0){let A=yt.width(n,c);A&&(S.style.border=A+"px "+yt.dash(n,c)+" "+yt.stroke(n,c)),S.style.background=
yt.fill(n,c)}}let w=fe(mi,m);r.label instanceof HTMLElement?w.appendChild(r.label):w.textContent=r.label,c>0&&(yt.show||(w.style.color=r.width>0?yt.stroke(n,c):yt.fill(n,c)),Bt("click",m,S=>{if(B._lock)
return;tn(S);let A=v.indexOf(r);if((S.ctrlKey||S.metaKey)!=Q.isolate){let C=v.some((P,$)=>$>0&&$!=A&&P.show);v.forEach((P,$)=>{$>0&&Ae($,C?$==A?gn:Yn:gn,!0,At.setSeries)})}else Ae(A,{show:!r.show},!0,
At.setSeries)},!1),yn&&Bt(xi,m,S=>{B._lock||(tn(S),Ae(v.indexOf(r),Dn,!0,At.setSeries))},!1));for(var x in De){let S=xe("td",Nc,h);S.textContent="--",f.push(S)}return[h,f]}let qe=new Map;function Bt(r,c,f,h=!0){
let m=qe.get(c)||{},w=B.bind[r](n,c,f,h);w&&(hn(r,c,m[r]=w),qe.set(c,m))}function bn(r,c,f){let h=qe.get(c)||{};for(let m in h)(r==null||m==r)&&(Fo(m,c,h[m]),delete h[m]);r==null&&qe.delete(c)}let Pe=0,
Je=0,Z=0,L=0,pt=0,_t=0,wn=pt,Ze=_t,Se=Z,Qe=L,Qt=0,ie=0,qt=0,de=0;n.bbox={};let Gs=!1,us=!1,xn=!1,Xe=!1,fs=!1,re=!1;function js(r,c,f){(f||r!=n.width||c!=n.height)&&pl(r,c),An(!1),xn=!0,us=!0,En()}function pl(r,c){
n.width=Pe=Z=r,n.height=Je=L=c,pt=_t=0,Ma(),Aa();let f=n.bbox;Qt=f.left=cn(pt*it,.5),ie=f.top=cn(_t*it,.5),qt=f.width=cn(Z*it,.5),de=f.height=cn(L*it,.5)}let va=3;function ka(){let r=!1,c=0;for(;!r;){
c++;let f=La(c),h=$a(c);r=c==va||f&&h,r||(pl(n.width,n.height),us=!0)}}function Sa({width:r,height:c}){js(r,c)}n.setSize=Sa;function Ma(){let r=!1,c=!1,f=!1,h=!1;_.forEach((m,w)=>{if(m.show&&m._show){
let{side:x,_size:S}=m,A=x%2,C=m.label!=null?m.labelSize:0,P=S+C;P>0&&(A?(Z-=P,x==3?(pt+=P,h=!0):f=!0):(L-=P,x==0?(_t+=P,r=!0):c=!0))}}),en[0]=r,en[1]=f,en[2]=c,en[3]=h,Z-=Ie[1]+Ie[3],pt+=Ie[3],L-=Ie[2]+
Ie[0],_t+=Ie[0]}function Aa(){let r=pt+Z,c=_t+L,f=pt,h=_t;function m(w,x){switch(w){case 1:return r+=x,r-x;case 2:return c+=x,c-x;case 3:return f-=x,f+x;case 0:return h-=x,h+x}}_.forEach((w,x)=>{if(w.
show&&w._show){let S=w.side;w._pos=m(S,w._size),w.label!=null&&(w._lpos=m(S,w.labelSize))}})}if(B.dataIdx==null){let r=B.hover,c=r.skip=new Set(r.skip??[]);c.add(void 0);let f=r.prox=tt(r.prox),h=r.bias??=
0;B.dataIdx=(m,w,x,S)=>{if(w==0)return x;let A=x,C=f(m,w,x,S)??ft,P=C>=0&&C<ft,$=E.ori==0?Z:L,q=B.left,lt=e[0],st=e[w];if(c.has(st[x])){A=null;let X=null,Y=null,W;if(h==0||h==-1)for(W=x;X==null&&W-- >
0;)c.has(st[W])||(X=W);if(h==0||h==1)for(W=x;Y==null&&W++<st.length;)c.has(st[W])||(Y=W);if(X!=null||Y!=null)if(P){let gt=X==null?-1/0:H(lt[X],E,$,0),St=Y==null?1/0:H(lt[Y],E,$,0),Rt=q-gt,ut=St-q;Rt<=
ut?Rt<=C&&(A=X):ut<=C&&(A=Y)}else A=Y==null?X:X==null?Y:x-X<=Y-x?X:Y}else P&&zt(q-H(lt[x],E,$,0))>C&&(A=null);return A}}let tn=r=>{B.event=r};B.idxs=ct,B._lock=!1;let Vt=B.points;Vt.show=tt(Vt.show),Vt.
size=tt(Vt.size),Vt.stroke=tt(Vt.stroke),Vt.width=tt(Vt.width),Vt.fill=tt(Vt.fill);let Me=n.focus=Et({},t.focus||{alpha:.3},B.focus),yn=Me.prox>=0,vn=yn&&Vt.one,ae=[],kn=[],Sn=[];function dl(r,c){let f=Vt.
show(n,c);if(f instanceof HTMLElement)return ne(f,Sc),ne(f,r.class),Ce(f,-10,-10,Z,L),M.insertBefore(f,ae[c]),f}function ml(r,c){if(o==1||c>0){let f=o==1&&k[r.scale].time,h=r.value;r.value=f?Li(h)?Hi(
et,Vi(h,U)):h||nt:h||Ru,r.label=r.label||(f?Nu:_u)}if(vn||c>0){r.width=r.width==null?1:r.width,r.paths=r.paths||Zu||Hc,r.fillTo=tt(r.fillTo||Bu),r.pxAlign=+ot(r.pxAlign,N),r.pxRound=Ji(r.pxAlign),r.stroke=
tt(r.stroke||null),r.fill=tt(r.fill||null),r._stroke=r._fill=r._paths=r._focus=null;let f=Ou(jt(1,r.width),1),h=r.points=Et({},{size:f,width:jt(1,f*.2),stroke:r.stroke,space:f*2,paths:Qu,_stroke:null,
_fill:null},r.points);h.show=tt(h.show),h.filter=tt(h.filter),h.fill=tt(h.fill),h.stroke=tt(h.stroke),h.paths=tt(h.paths),h.pxAlign=r.pxAlign}if(Tt){let f=cs(r,c);kt.splice(c,0,f[0]),ke.splice(c,0,f[1]),
Q.values.push(null)}if(Ht){ct.splice(c,0,null);let f=null;vn?c==0&&(f=dl(r,c)):c>0&&(f=dl(r,c)),ae.splice(c,0,f),kn.splice(c,0,0),Sn.splice(c,0,0)}Ft("addSeries",c)}function Ea(r,c){c=c??v.length,r=o==
1?Bo(r,c,Wi,Ki):Bo(r,c,{},Yi),v.splice(c,0,r),ml(v[c],c)}n.addSeries=Ea;function Ta(r){if(v.splice(r,1),Tt){Q.values.splice(r,1),ke.splice(r,1);let c=kt.splice(r,1)[0];bn(null,c.firstChild),c.remove()}
Ht&&(ct.splice(r,1),ae.splice(r,1)[0].remove(),kn.splice(r,1),Sn.splice(r,1)),Ft("delSeries",r)}n.delSeries=Ta;let en=[!1,!1,!1,!1];function _a(r,c){if(r._show=r.show,r.show){let f=r.side%2,h=k[r.scale];
h==null&&(r.scale=f?v[1].scale:D,h=k[r.scale]);let m=h.time;r.size=tt(r.size),r.space=tt(r.space),r.rotate=tt(r.rotate),je(r.incrs)&&r.incrs.forEach(x=>{!Ye.has(x)&&Ye.set(x,cr(x))}),r.incrs=tt(r.incrs||
(h.distr==2?cu:m?z==1?fu:du:un)),r.splits=tt(r.splits||(m&&h.distr==1?Kt:h.distr==3?Oo:h.distr==4?Du:Cu)),r.stroke=tt(r.stroke),r.grid.stroke=tt(r.grid.stroke),r.ticks.stroke=tt(r.ticks.stroke),r.border.
stroke=tt(r.border.stroke);let w=r.values;r.values=je(w)&&!je(w[0])?tt(w):m?je(w)?Ii(et,Oi(w,U)):Li(w)?bu(et,w):w||xt:w||zu,r.filter=tt(r.filter||(h.distr>=3&&h.log==10?$u:h.distr==3&&h.log==2?Fu:rr)),
r.font=tr(r.font),r.labelFont=tr(r.labelFont),r._size=r.size(n,null,c,0),r._space=r._rotate=r._incrs=r._found=r._splits=r._values=null,r._size>0&&(en[c]=!0,r._el=fe(xc,b))}}function Kn(r,c,f,h){let[m,
w,x,S]=f,A=c%2,C=0;return A==0&&(S||w)&&(C=c==0&&!m||c==2&&!x?Nt(Bi.size/3):0),A==1&&(m||x)&&(C=c==1&&!w||c==3&&!S?Nt(Gi.size/2):0),C}let gl=n.padding=(t.padding||[Kn,Kn,Kn,Kn]).map(r=>tt(ot(r,Kn))),Ie=n.
_padding=gl.map((r,c)=>r(n,c,en,0)),Ot,Dt=null,Pt=null,hs=o==1?v[0].idxs:null,me=null,qn=!1;function bl(r,c){if(e=r??[],n.data=n._data=e,o==2){Ot=0;for(let f=1;f<v.length;f++)Ot+=e[f][0].length}else{e.
length==0&&(n.data=n._data=e=[[]]),me=e[0],Ot=me.length;let f=e;if(J==2){f=e.slice();let h=f[0]=Array(Ot);for(let m=0;m<Ot;m++)h[m]=m}n._data=e=f}if(An(!0),Ft("setData"),J==2&&(xn=!0),c!==!1){let f=E;
f.auto(n,qn)?Ys():He(D,f.min,f.max),Xe=Xe||B.left>=0,re=!0,En()}}n.setData=bl;function Ys(){qn=!0;let r,c;o==1&&(Ot>0?(Dt=hs[0]=0,Pt=hs[1]=Ot-1,r=e[0][Dt],c=e[0][Pt],J==2?(r=Dt,c=Pt):r==c&&(J==3?[r,c]=
Cs(r,r,E.log,!1):J==4?[r,c]=jo(r,r,E.log,!1):E.time?c=r+Nt(86400/z):[r,c]=_s(r,c,Yo,!0))):(Dt=hs[0]=r=null,Pt=hs[1]=c=null)),He(D,r,c)}let ps,Mn,Ks,qs,Js,Zs,Qs,Xs,to,Jt;function wl(r,c,f,h,m,w){r??=bi,
f??=qo,h??="butt",m??=bi,w??="round",r!=ps&&(d.strokeStyle=ps=r),m!=Mn&&(d.fillStyle=Mn=m),c!=Ks&&(d.lineWidth=Ks=c),w!=Js&&(d.lineJoin=Js=w),h!=Zs&&(d.lineCap=Zs=h),f!=qs&&d.setLineDash(qs=f)}function xl(r,c,f,h){
c!=Mn&&(d.fillStyle=Mn=c),r!=Qs&&(d.font=Qs=r),f!=Xs&&(d.textAlign=Xs=f),h!=to&&(d.textBaseline=to=h)}function eo(r,c,f,h,m=0){if(h.length>0&&r.auto(n,qn)&&(c==null||c.min==null)){let w=ot(Dt,0),x=ot(
Pt,h.length-1),S=f.min==null?$c(h,w,x,m,r.distr==3):[f.min,f.max];r.min=ve(r.min,f.min=S[0]),r.max=jt(r.max,f.max=S[1])}}let yl={min:null,max:null};function Na(){for(let h in k){let m=k[h];G[h]==null&&
(m.min==null||G[D]!=null&&m.auto(n,qn))&&(G[h]=yl)}for(let h in k){let m=k[h];G[h]==null&&m.from!=null&&G[m.from]!=null&&(G[h]=yl)}G[D]!=null&&An(!0);let r={};for(let h in G){let m=G[h];if(m!=null){let w=r[h]=
Hn(k[h],Uc);if(m.min!=null)Et(w,m);else if(h!=D||o==2)if(Ot==0&&w.from==null){let x=w.range(n,null,null,h);w.min=x[0],w.max=x[1]}else w.min=ft,w.max=-ft}}if(Ot>0){v.forEach((h,m)=>{if(o==1){let w=h.scale,
x=G[w];if(x==null)return;let S=r[w];if(m==0){let A=S.range(n,S.min,S.max,w);S.min=A[0],S.max=A[1],Dt=ye(S.min,e[0]),Pt=ye(S.max,e[0]),Pt-Dt>1&&(e[0][Dt]<S.min&&Dt++,e[0][Pt]>S.max&&Pt--),h.min=me[Dt],
h.max=me[Pt]}else h.show&&h.auto&&eo(S,x,h,e[m],h.sorted);h.idxs[0]=Dt,h.idxs[1]=Pt}else if(m>0&&h.show&&h.auto){let[w,x]=h.facets,S=w.scale,A=x.scale,[C,P]=e[m],$=r[S],q=r[A];$!=null&&eo($,G[S],w,C,w.
sorted),q!=null&&eo(q,G[A],x,P,x.sorted),h.min=x.min,h.max=x.max}});for(let h in r){let m=r[h],w=G[h];if(m.from==null&&(w==null||w.min==null)){let x=m.range(n,m.min==ft?null:m.min,m.max==-ft?null:m.max,
h);m.min=x[0],m.max=x[1]}}}for(let h in r){let m=r[h];if(m.from!=null){let w=r[m.from];if(w.min==null)m.min=m.max=null;else{let x=m.range(n,w.min,w.max,h);m.min=x[0],m.max=x[1]}}}let c={},f=!1;for(let h in r){
let m=r[h],w=k[h];if(w.min!=m.min||w.max!=m.max){w.min=m.min,w.max=m.max;let x=w.distr;w._min=x==3?$e(w.min):x==4?No(w.min,w.asinh):x==100?w.fwd(w.min):w.min,w._max=x==3?$e(w.max):x==4?No(w.max,w.asinh):
x==100?w.fwd(w.max):w.max,c[h]=f=!0}}if(f){v.forEach((h,m)=>{o==2?m>0&&c.y&&(h._paths=null):c[h.scale]&&(h._paths=null)});for(let h in c)xn=!0,Ft("setScale",h);Ht&&B.left>=0&&(Xe=re=!0)}for(let h in G)
G[h]=null}function za(r){let c=Ro(Dt-1,0,Ot-1),f=Ro(Pt+1,0,Ot-1);for(;r[c]==null&&c>0;)c--;for(;r[f]==null&&f<Ot-1;)f++;return[c,f]}function Ca(){if(Ot>0){let r=v.some(c=>c._focus)&&Jt!=Me.alpha;r&&(d.
globalAlpha=Jt=Me.alpha),v.forEach((c,f)=>{if(f>0&&c.show&&(vl(f,!1),vl(f,!0),c._paths==null)){let h=Jt;Jt!=c.alpha&&(d.globalAlpha=Jt=c.alpha);let m=o==2?[0,e[f][0].length-1]:za(e[f]);c._paths=c.paths(
n,f,m[0],m[1]),Jt!=h&&(d.globalAlpha=Jt=h)}}),v.forEach((c,f)=>{if(f>0&&c.show){let h=Jt;Jt!=c.alpha&&(d.globalAlpha=Jt=c.alpha),c._paths!=null&&kl(f,!1);{let m=c._paths!=null?c._paths.gaps:null,w=c.points.
show(n,f,Dt,Pt,m),x=c.points.filter(n,f,w,m);(w||x)&&(c.points._paths=c.points.paths(n,f,Dt,Pt,x),kl(f,!0))}Jt!=h&&(d.globalAlpha=Jt=h),Ft("drawSeries",f)}}),r&&(d.globalAlpha=Jt=1)}}function vl(r,c){
let f=c?v[r].points:v[r];f._stroke=f.stroke(n,r),f._fill=f.fill(n,r)}function kl(r,c){let f=c?v[r].points:v[r],{stroke:h,fill:m,clip:w,flags:x,_stroke:S=f._stroke,_fill:A=f._fill,_width:C=f.width}=f._paths;
C=ht(C*it,3);let P=null,$=C%2/2;c&&A==null&&(A=C>0?"#fff":S);let q=f.pxAlign==1&&$>0;if(q&&d.translate($,$),!c){let lt=Qt-C/2,st=ie-C/2,X=qt+C,Y=de+C;P=new Path2D,P.rect(lt,st,X,Y)}c?no(S,C,f.dash,f.cap,
A,h,m,x,w):Da(r,S,C,f.dash,f.cap,A,h,m,x,P,w),q&&d.translate(-$,-$)}function Da(r,c,f,h,m,w,x,S,A,C,P){let $=!1;A!=0&&j.forEach((q,lt)=>{if(q.series[0]==r){let st=v[q.series[1]],X=e[q.series[1]],Y=(st.
_paths||rs).band;je(Y)&&(Y=q.dir==1?Y[0]:Y[1]);let W,gt=null;st.show&&Y&&Rc(X,Dt,Pt)?(gt=q.fill(n,lt)||w,W=st._paths.clip):Y=null,no(c,f,h,m,gt,x,S,A,C,P,W,Y),$=!0}}),$||no(c,f,h,m,w,x,S,A,C,P)}let Sl=Bn|
Vo;function no(r,c,f,h,m,w,x,S,A,C,P,$){wl(r,c,f,h,m),(A||C||$)&&(d.save(),A&&d.clip(A),C&&d.clip(C)),$?(S&Sl)==Sl?(d.clip($),P&&d.clip(P),ms(m,x),ds(r,w,c)):S&Vo?(ms(m,x),d.clip($),ds(r,w,c)):S&Bn&&(d.
save(),d.clip($),P&&d.clip(P),ms(m,x),d.restore(),ds(r,w,c)):(ms(m,x),ds(r,w,c)),(A||C||$)&&d.restore()}function ds(r,c,f){f>0&&(c instanceof Map?c.forEach((h,m)=>{d.strokeStyle=ps=m,d.stroke(h)}):c!=
null&&r&&d.stroke(c))}function ms(r,c){c instanceof Map?c.forEach((f,h)=>{d.fillStyle=Mn=h,d.fill(f)}):c!=null&&r&&d.fill(c)}function Pa(r,c,f,h){let m=_[r],w;if(h<=0)w=[0,0];else{let x=m._space=m.space(
n,r,c,f,h),S=m._incrs=m.incrs(n,r,c,f,h,x);w=of(c,f,S,h,x)}return m._found=w}function so(r,c,f,h,m,w,x,S,A,C){let P=x%2/2;N==1&&d.translate(P,P),wl(S,x,A,C,S),d.beginPath();let $,q,lt,st,X=m+(h==0||h==
3?-w:w);f==0?(q=m,st=X):($=m,lt=X);for(let Y=0;Y<r.length;Y++)c[Y]!=null&&(f==0?$=lt=r[Y]:q=st=r[Y],d.moveTo($,q),d.lineTo(lt,st));d.stroke(),N==1&&d.translate(-P,-P)}function La(r){let c=!0;return _.
forEach((f,h)=>{if(!f.show)return;let m=k[f.scale];if(m.min==null){f._show&&(c=!1,f._show=!1,An(!1));return}else f._show||(c=!1,f._show=!0,An(!1));let w=f.side,x=w%2,{min:S,max:A}=m,[C,P]=Pa(h,S,A,x==
0?Z:L);if(P==0)return;let $=m.distr==2,q=f._splits=f.splits(n,h,S,A,C,P,$),lt=m.distr==2?q.map(W=>me[W]):q,st=m.distr==2?me[q[1]]-me[q[0]]:C,X=f._values=f.values(n,f.filter(n,lt,h,P,st),h,P,st);f._rotate=
w==2?f.rotate(n,X,h,P):0;let Y=f._size;f._size=he(f.size(n,X,h,r)),Y!=null&&f._size!=Y&&(c=!1)}),c}function $a(r){let c=!0;return gl.forEach((f,h)=>{let m=f(n,h,en,r);m!=Ie[h]&&(c=!1),Ie[h]=m}),c}function Fa(){
for(let r=0;r<_.length;r++){let c=_[r];if(!c.show||!c._show)continue;let f=c.side,h=f%2,m,w,x=c.stroke(n,r),S=f==0||f==3?-1:1,[A,C]=c._found;if(c.label!=null){let Ut=c.labelGap*S,ee=Nt((c._lpos+Ut)*it);
xl(c.labelFont[0],x,"center",f==2?"top":gi),d.save(),h==1?(m=w=0,d.translate(ee,Nt(ie+de/2)),d.rotate((f==3?-Es:Es)/2)):(m=Nt(Qt+qt/2),w=ee);let on=lr(c.label)?c.label(n,r,A,C):c.label;d.fillText(on,m,
w),d.restore()}if(C==0)continue;let P=k[c.scale],$=h==0?qt:de,q=h==0?Qt:ie,lt=c._splits,st=P.distr==2?lt.map(Ut=>me[Ut]):lt,X=P.distr==2?me[lt[1]]-me[lt[0]]:A,Y=c.ticks,W=c.border,gt=Y.show?Y.size:0,St=Nt(
gt*it),Rt=Nt((c.alignTo==2?c._size-gt-c.gap:c.gap)*it),ut=c._rotate*-Es/180,Mt=R(c._pos*it),Xt=(St+Rt)*S,Wt=Mt+Xt;w=h==0?Wt:0,m=h==1?Wt:0;let ce=c.font[0],ge=c.align==1?Fn:c.align==2?Eo:ut>0?Fn:ut<0?Eo:
h==0?"center":f==3?Eo:Fn,Te=ut||h==1?"middle":f==2?"top":gi;xl(ce,x,ge,Te);let te=c.font[1]*c.lineGap,ue=lt.map(Ut=>R(a(Ut,P,$,q))),be=c._values;for(let Ut=0;Ut<be.length;Ut++){let ee=be[Ut];if(ee!=null){
h==0?m=ue[Ut]:w=ue[Ut],ee=""+ee;let on=ee.indexOf(`
`)==-1?[ee]:ee.split(/\n/gm);for(let Gt=0;Gt<on.length;Gt++){let Bl=on[Gt];ut?(d.save(),d.translate(m,w+Gt*te),d.rotate(ut),d.fillText(Bl,0,0),d.restore()):d.fillText(Bl,m,w+Gt*te)}}}Y.show&&so(ue,Y.filter(
n,st,r,C,X),h,f,Mt,St,ht(Y.width*it,3),Y.stroke(n,r),Y.dash,Y.cap);let _e=c.grid;_e.show&&so(ue,_e.filter(n,st,r,C,X),h,h==0?2:1,h==0?ie:Qt,h==0?de:qt,ht(_e.width*it,3),_e.stroke(n,r),_e.dash,_e.cap),
W.show&&so([Mt],[1],h==0?1:0,h==0?1:2,h==1?ie:Qt,h==1?de:qt,ht(W.width*it,3),W.stroke(n,r),W.dash,W.cap)}Ft("drawAxes")}function An(r){v.forEach((c,f)=>{f>0&&(c._paths=null,r&&(o==1?(c.min=null,c.max=
null):c.facets.forEach(h=>{h.min=null,h.max=null})))})}let gs=!1,oo=!1,Jn=[];function Ra(){oo=!1;for(let r=0;r<Jn.length;r++)Ft(...Jn[r]);Jn.length=0}function En(){gs||(Zc(Ml),gs=!0)}function Oa(r,c=!1){
gs=!0,oo=c,r(n),Ml(),c&&Jn.length>0&&queueMicrotask(Ra)}n.batch=Oa;function Ml(){if(Gs&&(Na(),Gs=!1),xn&&(ka(),xn=!1),us){if(wt(y,Fn,pt),wt(y,"top",_t),wt(y,ss,Z),wt(y,os,L),wt(M,Fn,pt),wt(M,"top",_t),
wt(M,ss,Z),wt(M,os,L),wt(b,ss,Pe),wt(b,os,Je),g.width=Nt(Pe*it),g.height=Nt(Je*it),_.forEach(({_el:r,_show:c,_size:f,_pos:h,side:m})=>{if(r!=null)if(c){let w=m===3||m===0?f:0,x=m%2==1;wt(r,x?"left":"t\
op",h-w),wt(r,x?"width":"height",f),wt(r,x?"top":"left",x?_t:pt),wt(r,x?"height":"width",x?L:Z),$o(r,fn)}else ne(r,fn)}),ps=Mn=Ks=Js=Zs=Qs=Xs=to=qs=null,Jt=1,Xn(!0),pt!=wn||_t!=Ze||Z!=Se||L!=Qe){An(!1);
let r=Z/Se,c=L/Qe;if(Ht&&!Xe&&B.left>=0){B.left*=r,B.top*=c,Tn&&Ce(Tn,Nt(B.left),0,Z,L),_n&&Ce(_n,0,Nt(B.top),Z,L);for(let f=0;f<ae.length;f++){let h=ae[f];h!=null&&(kn[f]*=r,Sn[f]*=c,Ce(h,he(kn[f]),he(
Sn[f]),Z,L))}}if(mt.show&&!fs&&mt.left>=0&&mt.width>0){mt.left*=r,mt.width*=r,mt.top*=c,mt.height*=c;for(let f in uo)wt(Cn,f,mt[f])}wn=pt,Ze=_t,Se=Z,Qe=L}Ft("setSize"),us=!1}Pe>0&&Je>0&&(d.clearRect(0,
0,g.width,g.height),Ft("drawClear"),O.forEach(r=>r()),Ft("draw")),mt.show&&fs&&(bs(mt),fs=!1),Ht&&Xe&&(sn(null,!0,!1),Xe=!1),Q.show&&Q.live&&re&&(ao(),re=!1),u||(u=!0,n.status=1,Ft("ready")),qn=!1,gs=
!1}n.redraw=(r,c)=>{xn=c||!1,r!==!1?He(D,E.min,E.max):En()};function lo(r,c){let f=k[r];if(f.from==null){if(Ot==0){let h=f.range(n,c.min,c.max,r);c.min=h[0],c.max=h[1]}if(c.min>c.max){let h=c.min;c.min=
c.max,c.max=h}if(Ot>1&&c.min!=null&&c.max!=null&&c.max-c.min<1e-16)return;r==D&&f.distr==2&&Ot>0&&(c.min=ye(c.min,e[0]),c.max=ye(c.max,e[0]),c.min==c.max&&c.max++),G[r]=c,Gs=!0,En()}}n.setScale=lo;let io,
ro,Tn,_n,Al,El,Nn,zn,Tl,_l,dt,vt,Ve=!1,It=B.drag,Lt=It.x,$t=It.y;Ht&&(B.x&&(io=fe(vc,M)),B.y&&(ro=fe(kc,M)),E.ori==0?(Tn=io,_n=ro):(Tn=ro,_n=io),dt=B.left,vt=B.top);let mt=n.select=Et({show:!0,over:!0,
left:0,width:0,top:0,height:0},t.select),Cn=mt.show?fe(yc,mt.over?M:y):null;function bs(r,c){if(mt.show){for(let f in r)mt[f]=r[f],f in uo&&wt(Cn,f,r[f]);c!==!1&&Ft("setSelect")}}n.setSelect=bs;function Ia(r){
if(v[r].show)Tt&&$o(kt[r],fn);else if(Tt&&ne(kt[r],fn),Ht){let f=vn?ae[0]:ae[r];f!=null&&Ce(f,-10,-10,Z,L)}}function He(r,c,f){lo(r,{min:c,max:f})}function Ae(r,c,f,h){c.focus!=null&&Ua(r),c.show!=null&&
v.forEach((m,w)=>{w>0&&(r==w||r==null)&&(m.show=c.show,Ia(w),o==2?(He(m.facets[0].scale,null,null),He(m.facets[1].scale,null,null)):He(m.scale,null,null),En())}),f!==!1&&Ft("setSeries",r,c),h&&ts("set\
Series",n,r,c)}n.setSeries=Ae;function Va(r,c){Et(j[r],c)}function Ha(r,c){r.fill=tt(r.fill||null),r.dir=ot(r.dir,-1),c=c??j.length,j.splice(c,0,r)}function Ba(r){r==null?j.length=0:j.splice(r,1)}n.addBand=
Ha,n.setBand=Va,n.delBand=Ba;function Wa(r,c){v[r].alpha=c,Ht&&ae[r]!=null&&(ae[r].style.opacity=c),Tt&&kt[r]&&(kt[r].style.opacity=c)}let Le,Be,nn,Dn={focus:!0};function Ua(r){if(r!=nn){let c=r==null,
f=Me.alpha!=1;v.forEach((h,m)=>{if(o==1||m>0){let w=c||m==0||m==r;h._focus=c?null:w,f&&Wa(m,w?1:Me.alpha)}}),nn=r,f&&En()}}Tt&&yn&&Bt(yi,rt,r=>{B._lock||(tn(r),nn!=null&&Ae(null,Dn,!0,At.setSeries))});
function Ee(r,c,f){let h=k[c];f&&(r=r/it-(h.ori==1?_t:pt));let m=Z;h.ori==1&&(m=L,r=m-r),h.dir==-1&&(r=m-r);let w=h._min,x=h._max,S=r/m,A=w+(x-w)*S,C=h.distr;return C==3?In(10,A):C==4?Ic(A,h.asinh):C==
100?h.bwd(A):A}function Ga(r,c){let f=Ee(r,D,c);return ye(f,e[0],Dt,Pt)}n.valToIdx=r=>ye(r,e[0]),n.posToIdx=Ga,n.posToVal=Ee,n.valToPos=(r,c,f)=>k[c].ori==0?l(r,k[c],f?qt:Z,f?Qt:0):i(r,k[c],f?de:L,f?ie:
0),n.setCursor=(r,c,f)=>{dt=r.left,vt=r.top,sn(null,c,f)};function Nl(r,c){wt(Cn,Fn,mt.left=r),wt(Cn,ss,mt.width=c)}function zl(r,c){wt(Cn,"top",mt.top=r),wt(Cn,os,mt.height=c)}let Zn=E.ori==0?Nl:zl,Qn=E.
ori==1?Nl:zl;function ja(){if(Tt&&Q.live)for(let r=o==2?1:0;r<v.length;r++){if(r==0&&le)continue;let c=Q.values[r],f=0;for(let h in c)ke[r][f++].firstChild.nodeValue=c[h]}}function ao(r,c){if(r!=null&&
(r.idxs?r.idxs.forEach((f,h)=>{ct[h]=f}):Wc(r.idx)||ct.fill(r.idx),Q.idx=ct[0]),Tt&&Q.live){for(let f=0;f<v.length;f++)(f>0||o==1&&!le)&&Ya(f,ct[f]);ja()}re=!1,c!==!1&&Ft("setLegend")}n.setLegend=ao;function Ya(r,c){
let f=v[r],h=r==0&&J==2?me:e[r],m;le?m=f.values(n,r,c)??Oe:(m=f.value(n,c==null?null:h[c],r,c),m=m==null?Oe:{_:m}),Q.values[r]=m}function sn(r,c,f){Tl=dt,_l=vt,[dt,vt]=B.move(n,dt,vt),B.left=dt,B.top=
vt,Ht&&(Tn&&Ce(Tn,Nt(dt),0,Z,L),_n&&Ce(_n,0,Nt(vt),Z,L));let h,m=Dt>Pt;Le=ft,Be=null;let w=E.ori==0?Z:L,x=E.ori==1?Z:L;if(dt<0||Ot==0||m){h=B.idx=null;for(let S=0;S<v.length;S++){let A=ae[S];A!=null&&
Ce(A,-10,-10,Z,L)}yn&&Ae(null,Dn,!0,r==null&&At.setSeries),Q.live&&(ct.fill(h),re=!0)}else{let S,A,C;o==1&&(S=E.ori==0?dt:vt,A=Ee(S,D),h=B.idx=ye(A,e[0],Dt,Pt),C=H(e[0][h],E,w,0));let P=-10,$=-10,q=0,
lt=0,st=!0,X="",Y="";for(let W=o==2?1:0;W<v.length;W++){let gt=v[W],St=ct[W],Rt=St==null?null:o==1?e[W][St]:e[W][1][St],ut=B.dataIdx(n,W,h,A),Mt=ut==null?null:o==1?e[W][ut]:e[W][1][ut];if(re=re||Mt!=Rt||
ut!=St,ct[W]=ut,W>0&&gt.show){let Xt=ut==null?-10:ut==h?C:H(o==1?e[0][ut]:e[W][0][ut],E,w,0),Wt=Mt==null?-10:K(Mt,o==1?k[gt.scale]:k[gt.facets[1].scale],x,0);if(yn&&Mt!=null){let ce=E.ori==1?dt:vt,ge=zt(
Me.dist(n,W,ut,Wt,ce));if(ge<Le){let Te=Me.bias;if(Te!=0){let te=Ee(ce,gt.scale),ue=Mt>=0?1:-1,be=te>=0?1:-1;be==ue&&(be==1?Te==1?Mt>=te:Mt<=te:Te==1?Mt<=te:Mt>=te)&&(Le=ge,Be=W)}else Le=ge,Be=W}}if(re||
vn){let ce,ge;E.ori==0?(ce=Xt,ge=Wt):(ce=Wt,ge=Xt);let Te,te,ue,be,_e,Ut,ee=!0,on=Vt.bbox;if(on!=null){ee=!1;let Gt=on(n,W);ue=Gt.left,be=Gt.top,Te=Gt.width,te=Gt.height}else ue=ce,be=ge,Te=te=Vt.size(
n,W);if(Ut=Vt.fill(n,W),_e=Vt.stroke(n,W),vn)W==Be&&Le<=Me.prox&&(P=ue,$=be,q=Te,lt=te,st=ee,X=Ut,Y=_e);else{let Gt=ae[W];Gt!=null&&(kn[W]=ue,Sn[W]=be,Ti(Gt,Te,te,ee),Ai(Gt,Ut,_e),Ce(Gt,he(ue),he(be),
Z,L))}}}}if(vn){let W=Me.prox,gt=nn==null?Le<=W:Le>W||Be!=nn;if(re||gt){let St=ae[0];St!=null&&(kn[0]=P,Sn[0]=$,Ti(St,q,lt,st),Ai(St,X,Y),Ce(St,he(P),he($),Z,L))}}}if(mt.show&&Ve)if(r!=null){let[S,A]=At.
scales,[C,P]=At.match,[$,q]=r.cursor.sync.scales,lt=r.cursor.drag;if(Lt=lt._x,$t=lt._y,Lt||$t){let{left:st,top:X,width:Y,height:W}=r.select,gt=r.scales[$].ori,St=r.posToVal,Rt,ut,Mt,Xt,Wt,ce=S!=null&&
C(S,$),ge=A!=null&&P(A,q);ce&&Lt?(gt==0?(Rt=st,ut=Y):(Rt=X,ut=W),Mt=k[S],Xt=H(St(Rt,$),Mt,w,0),Wt=H(St(Rt+ut,$),Mt,w,0),Zn(ve(Xt,Wt),zt(Wt-Xt))):Zn(0,w),ge&&$t?(gt==1?(Rt=st,ut=Y):(Rt=X,ut=W),Mt=k[A],
Xt=K(St(Rt,q),Mt,x,0),Wt=K(St(Rt+ut,q),Mt,x,0),Qn(ve(Xt,Wt),zt(Wt-Xt))):Qn(0,x)}else fo()}else{let S=zt(Tl-Al),A=zt(_l-El);if(E.ori==1){let q=S;S=A,A=q}Lt=It.x&&S>=It.dist,$t=It.y&&A>=It.dist;let C=It.
uni;C!=null?Lt&&$t&&(Lt=S>=C,$t=A>=C,!Lt&&!$t&&(A>S?$t=!0:Lt=!0)):It.x&&It.y&&(Lt||$t)&&(Lt=$t=!0);let P,$;Lt&&(E.ori==0?(P=Nn,$=dt):(P=zn,$=vt),Zn(ve(P,$),zt($-P)),$t||Qn(0,x)),$t&&(E.ori==1?(P=Nn,$=
dt):(P=zn,$=vt),Qn(ve(P,$),zt($-P)),Lt||Zn(0,w)),!Lt&&!$t&&(Zn(0,0),Qn(0,0))}if(It._x=Lt,It._y=$t,r==null){if(f){if(Hl!=null){let[S,A]=At.scales;At.values[0]=S!=null?Ee(E.ori==0?dt:vt,S):null,At.values[1]=
A!=null?Ee(E.ori==1?dt:vt,A):null}ts(To,n,dt,vt,Z,L,h)}if(yn){let S=f&&At.setSeries,A=Me.prox;nn==null?Le<=A&&Ae(Be,Dn,!0,S):Le>A?Ae(null,Dn,!0,S):Be!=nn&&Ae(Be,Dn,!0,S)}}re&&(Q.idx=h,ao()),c!==!1&&Ft(
"setCursor")}let We=null;Object.defineProperty(n,"rect",{get(){return We==null&&Xn(!1),We}});function Xn(r=!1){r?We=null:(We=M.getBoundingClientRect(),Ft("syncRect",We))}function Cl(r,c,f,h,m,w,x){B._lock||
Ve&&r!=null&&r.movementX==0&&r.movementY==0||(co(r,c,f,h,m,w,x,!1,r!=null),r!=null?sn(null,!0,!0):sn(c,!0,!1))}function co(r,c,f,h,m,w,x,S,A){if(We==null&&Xn(!1),tn(r),r!=null)f=r.clientX-We.left,h=r.
clientY-We.top;else{if(f<0||h<0){dt=-10,vt=-10;return}let[C,P]=At.scales,$=c.cursor.sync,[q,lt]=$.values,[st,X]=$.scales,[Y,W]=At.match,gt=c.axes[0].side%2==1,St=E.ori==0?Z:L,Rt=E.ori==1?Z:L,ut=gt?w:m,
Mt=gt?m:w,Xt=gt?h:f,Wt=gt?f:h;if(st!=null?f=Y(C,st)?a(q,k[C],St,0):-10:f=St*(Xt/ut),X!=null?h=W(P,X)?a(lt,k[P],Rt,0):-10:h=Rt*(Wt/Mt),E.ori==1){let ce=f;f=h,h=ce}}A&&(c==null||c.cursor.event.type==To)&&
((f<=1||f>=Z-1)&&(f=cn(f,Z)),(h<=1||h>=L-1)&&(h=cn(h,L))),S?(Al=f,El=h,[Nn,zn]=B.move(n,f,h)):(dt=f,vt=h)}let uo={width:0,height:0,left:0,top:0};function fo(){bs(uo,!1)}let Dl,Pl,Ll,$l;function Fl(r,c,f,h,m,w,x){
Ve=!0,Lt=$t=It._x=It._y=!1,co(r,c,f,h,m,w,x,!0,!1),r!=null&&(Bt(_o,Po,Rl,!1),ts(wi,n,Nn,zn,Z,L,null));let{left:S,top:A,width:C,height:P}=mt;Dl=S,Pl=A,Ll=C,$l=P}function Rl(r,c,f,h,m,w,x){Ve=It._x=It._y=
!1,co(r,c,f,h,m,w,x,!1,!0);let{left:S,top:A,width:C,height:P}=mt,$=C>0||P>0,q=Dl!=S||Pl!=A||Ll!=C||$l!=P;if($&&q&&bs(mt),It.setScale&&$&&q){let lt=S,st=C,X=A,Y=P;if(E.ori==1&&(lt=A,st=P,X=S,Y=C),Lt&&He(
D,Ee(lt,D),Ee(lt+st,D)),$t)for(let W in k){let gt=k[W];W!=D&&gt.from==null&&gt.min!=ft&&He(W,Ee(X+Y,W),Ee(X,W))}fo()}else B.lock&&(B._lock=!B._lock,sn(c,!0,r!=null));r!=null&&(bn(_o,Po),ts(_o,n,dt,vt,
Z,L,null))}function Ka(r,c,f,h,m,w,x){if(B._lock)return;tn(r);let S=Ve;if(Ve){let A=!0,C=!0,P=10,$,q;E.ori==0?($=Lt,q=$t):($=$t,q=Lt),$&&q&&(A=dt<=P||dt>=Z-P,C=vt<=P||vt>=L-P),$&&A&&(dt=dt<Nn?0:Z),q&&
C&&(vt=vt<zn?0:L),sn(null,!0,!0),Ve=!1}dt=-10,vt=-10,ct.fill(null),sn(null,!0,!0),S&&(Ve=S)}function Ol(r,c,f,h,m,w,x){B._lock||(tn(r),Ys(),fo(),r!=null&&ts(vi,n,dt,vt,Z,L,null))}function Il(){_.forEach(
lf),js(n.width,n.height,!0)}hn(Ts,On,Il);let Pn={};Pn.mousedown=Fl,Pn.mousemove=Cl,Pn.mouseup=Rl,Pn.dblclick=Ol,Pn.setSeries=(r,c,f,h)=>{let m=At.match[2];f=m(n,c,f),f!=-1&&Ae(f,h,!0,!1)},Ht&&(Bt(wi,M,
Fl),Bt(To,M,Cl),Bt(xi,M,r=>{tn(r),Xn(!1)}),Bt(yi,M,Ka),Bt(vi,M,Ol),Ho.add(n),n.syncRect=Xn);let ws=n.hooks=t.hooks||{};function Ft(r,c,f){oo?Jn.push([r,c,f]):r in ws&&ws[r].forEach(h=>{h.call(null,n,c,
f)})}(t.plugins||[]).forEach(r=>{for(let c in r.hooks)ws[c]=(ws[c]||[]).concat(r.hooks[c])});let Vl=(r,c,f)=>f,At=Et({key:null,setSeries:!1,filters:{pub:Di,sub:Di},scales:[D,v[1]?v[1].scale:null],match:[
Pi,Pi,Vl],values:[null,null]},B.sync);At.match.length==2&&At.match.push(Vl),B.sync=At;let Hl=At.key,ho=Nr(Hl);function ts(r,c,f,h,m,w,x){At.filters.pub(r,c,f,h,m,w,x)&&ho.pub(r,c,f,h,m,w,x)}ho.sub(n);
function qa(r,c,f,h,m,w,x){At.filters.sub(r,c,f,h,m,w,x)&&Pn[r](null,c,f,h,m,w,x)}n.pub=qa;function Ja(){ho.unsub(n),Ho.delete(n),qe.clear(),Fo(Ts,On,Il),p.remove(),rt?.remove(),Ft("destroy")}n.destroy=
Ja;function po(){Ft("init",t,e),bl(e||t.data,!1),G[D]?lo(D,G[D]):Ys(),fs=mt.show&&(mt.width>0||mt.height>0),Xe=re=!0,js(t.width,t.height)}return v.forEach(ml),_.forEach(_a),s?s instanceof HTMLElement?
(s.appendChild(p),po()):s(n,po):po(),n}Ct.assign=Et;Ct.fmtNum=Ko;Ct.rangeNum=_s;Ct.rangeLog=Cs;Ct.rangeAsinh=jo;Ct.orient=dn;Ct.pxRatio=it;Ct.join=Jc;Ct.fmtDate=Jo,Ct.tzDate=ru;Ct.sync=Nr;{Ct.addGap=Wu,
Ct.clipGaps=Ls;let t=Ct.paths={points:$r};t.linear=Rr,t.stepped=ju,t.bars=Yu,t.spline=qu}var rf=["Jan","Feb","Mar","Apr","May","Jun","Jul","Aug","Sep","Oct","Nov","Dec"],af=[1,3,6,12,24,60,120],Hr=new WeakMap;function Br(t){let e=Hr.get(t);return e||(e={months:new Int32Array(t.length),dates:new Uint8Array(
t.length)},t.forEach((s,n)=>{let o=new Date(s*864e5);e.months[n]=o.getUTCFullYear()*12+o.getUTCMonth(),e.dates[n]=o.getUTCDate()}),Hr.set(t,e)),e}function Wr(t,e,s,n){let{months:o}=Br(t),[l,i]=[Math.max(
e,1),Math.min(s,t.length-1)],a=g=>{let d=[];for(let b=l;b<=i&&d.length<=n;b++)g(b)&&d.push(b);return d},u=g=>Math.floor((t[g]+3)/7);if(i-e<=n)return a(()=>!0);let p=a(g=>u(g)!==u(g-1));if(p.length<=n)
return p;for(let g of af){let d=a(b=>Math.floor(o[b]/g)!==Math.floor(o[b-1]/g));if(d.length<=n)return d}return[]}function Ur(t,e){let s=Br(t),n=e.map(l=>s.months[l]),o=n.some((l,i)=>i>0&&l===n[i-1]);return e.
map((l,i)=>{let a=n[i];if(i?Math.floor(n[i-1]/12)!==Math.floor(a/12):a%12===0&&!o)return String(Math.floor(a/12));let p=rf[a%12];return o?`${s.dates[l]} ${p}`:p})}var jr="11px system-ui, -apple-system, 'Segoe UI', sans-serif",sl=46,cf=24,uf={bars:Ct.paths.bars({size:[.8,40],align:0}),area:Ct.paths.linear()};function Yr(t,e,s,n){let o=e,[l,i]=[!0,null],[a,u]=[n.
zoom(),n.days()],p={...s,padding:[6,8,0,0],legend:{show:!1},cursor:hf(n),scales:{x:{time:!1,range:()=>[n.zoom()[0]-.5,Math.max(n.zoom()[1],n.zoom()[0])+.5]},y:{range:(d,b,y)=>xf(b,y,o.limits)}},axes:[
gf(e.labelled,n),bf(e.compact,n)],series:[{},...e.lines.map(d=>pf(d,n))],bands:mf(e.lines),hooks:{drawClear:[d=>yf(d,e,n),d=>vf(d,o,n)],draw:[d=>Sf(d,o,n)],setSelect:[d=>n.selected(d)],setCursor:[d=>n.
pointed(d)]}},g=new Ct(p,Gr(e,n),t);return g.over.setAttribute("aria-hidden","true"),{plot:g,update(d){i=d,l&&this.flush()},see(d){l=d,l&&this.flush()},flush(){let d=i;if(i=null,d===null)return;let b=ff(
o,d)&&n.zoom().every((y,M)=>y===a[M])&&u===n.days();o=d,!b&&([a,u]=[n.zoom(),n.days()],g.batch(()=>{d.lines.forEach(({hidden:y},M)=>{g.series[M+1].show===!!y&&g.setSeries(M+1,{show:!y})}),g.setData(Gr(
d,n),!0)}))}}}function ff(t,e){return t.extreme===e.extreme&&t.title===e.title&&String(t.marks)===String(e.marks)&&t.hiddenShade.fear===e.hiddenShade.fear&&t.hiddenShade.greed===e.hiddenShade.greed&&t.
lines.every((s,n)=>s.values===e.lines[n].values&&s.hidden===e.lines[n].hidden)}var Gr=(t,e)=>[e.places(),...t.lines.map(({values:s})=>s)];function hf(t){return{y:!1,sync:{key:t.syncKey,scales:["x",null]},
drag:{x:!0,y:!1,setScale:!1,dist:4},points:{size:6},bind:{dblclick:()=>()=>(t.zoomOut(),null)}}}function pf(t,e){let s=t.paths?{fill:t.stroke,width:t.paths==="bars"?0:.5}:{};return{label:t.label,stroke:t.
stroke,width:t.width,dash:t.dash,spanGaps:!1,show:!t.hidden,points:{show:()=>df(e)&&!t.paths&&!t.band&&!t.bandEnd,size:7,fill:t.stroke},...s,...t.paths?{paths:uf[t.paths]}:{}}}var df=t=>t.places().length<
3;function mf(t){let e=t.findIndex(({band:s})=>s);return e<0?[]:[{series:[e+1,e+2],fill:t[e].stroke}]}function gf(t,e){return{stroke:e.palette.muted,font:jr,size:t?cf:4,gap:3,grid:{stroke:e.palette.grid,
width:1},ticks:{show:!1},splits:s=>Wr(e.days(),...e.zoom(),Math.max(2,Math.floor((s.width-sl)/56))),values:(s,n)=>t?Ur(e.days(),n):n.map(()=>"")}}function bf(t,e){return{stroke:e.palette.muted,font:jr,
size:sl,gap:4,space:28,grid:{stroke:e.palette.grid,width:1},ticks:{show:!1},values:(s,n,o,l,i)=>n.map(a=>t?ys(a):we(a,wf(i)))}}function wf(t){for(let e=0;e<6;e++){let s=t*10**e;if(Math.abs(s-Math.round(
s))<1e-6)return e}return 6}function xf(t,e,s){if(t===null||e===null||t===void 0||e===void 0)return s?.[1]?s:[0,1];let n=(e-t||Math.abs(e)||1)*.05;return[s?.[0]??t-n,s?.[1]??e+n]}function yf(t,{lines:e},s){
let[n,o]=s.zoom(),l=o-n>t.over.clientWidth;e.forEach(({width:i,paths:a},u)=>{a||(t.series[u+1].width=l?Math.min(i,1):i)})}function vf(t,e,s){let{ctx:n}=t,{left:o,top:l,width:i,height:a}=t.bbox;n.save(),
n.beginPath(),n.rect(o,l,i,a),n.clip();let{extreme:u=[],hiddenShade:p={}}=e,[g,d]=s.zoom(),b=t.width-sl<2*(d-g),y=6*devicePixelRatio,[M,N,R]=b?[l+a-y,y,"FF"]:[l,a,s.palette.shade];for(let z=g;z<=d;){let v=u[z]||
0,_=z+1;for(;_<=d&&(u[_]??(kf(u,_)?0:v))===v;)_++;let k=v>0?"fear":"greed";if(v&&!p[k]){let j=t.valToPos(z-.5,"x",!0);n.fillStyle=s.palette[k]+R,n.fillRect(j,M,Math.max(t.valToPos(_-.5,"x",!0)-j,1),N)}
z=_}n.restore()}var kf=(t,e)=>t[e]!==void 0;function Sf(t,e,s){let{ctx:n}=t,{left:o,top:l,width:i,height:a}=t.bbox;n.save(),n.beginPath(),n.rect(o,l,i,a),n.clip(),n.strokeStyle=s.palette.muted,n.lineWidth=
devicePixelRatio,n.setLineDash([3*devicePixelRatio,3*devicePixelRatio]);for(let u of e.marks??[]){let p=Math.round(t.valToPos(u,"y",!0));n.beginPath(),n.moveTo(o,p),n.lineTo(o+i,p),n.stroke()}e.marked&&
Mf(t,e,s),n.restore()}function Mf(t,e,s){let[n,o]=s.zoom(),[{values:l,hidden:i}]=e.lines;for(let a=n;a<=o&&!i;a++){let u=e.extreme[a];!u||l[a]==null||(t.ctx.fillStyle=s.palette[u>0?"fear":"greed"],t.ctx.
beginPath(),t.ctx.arc(t.valToPos(a,"x",!0),t.valToPos(l[a],"y",!0),2.5*devicePixelRatio,0,7),t.ctx.fill())}}var Af=900,Ef=16,Tf=0,_f="Left and right arrows move the crosshair, with Shift they move the zoom. Plus and minus zoom, 0 zooms out, 1 to 6 choose a range.",Os=class{constructor(e,{zoomed:s,toggled:n,
announce:o}){Object.assign(this,{zoomed:s,toggled:n,announce:o,syncKey:`optstat-${Tf++}`,blocks:[],structure:null}),this.scene={days:new Int32Array,parts:[],zoom:[0,0]},this.at=null,this.root=T("div",
{class:"optstat-chart",role:"application",tabIndex:0,"data-lm-suppress-shortcuts":"true","aria-label":"Chart","aria-description":_f,onkeydown:l=>this.pressed(l),onpointerleave:()=>this.point(null)}),this.
picture=T("div",{role:"img",class:"optstat-unseen"}),this.grid=T("div",{class:"optstat-blocks"}),this.root.append(this.picture,this.grid),e.append(this.root),this.hosts=new Map,this.sight=new IntersectionObserver(
l=>l.forEach(({target:i,isIntersecting:a})=>this.hosts.get(i)?.see(a)),{rootMargin:"150px",scrollMargin:"150px"}),this.sizes=new ResizeObserver(()=>this.resize()),this.sizes.observe(this.root)}destroy(){
this.sizes.disconnect(),this.clear()}days=()=>this.scene.days;zoom=()=>this.scene.zoom;places=()=>this.axis;show(e,s,n,o,l){Object.assign(this,{scene:e,view:s,vocabulary:n,palette:o}),this.axis?.length!==
e.days.length&&(this.axis=Uint32Array.from(e.days.keys())),this.picture.setAttribute("aria-label",l),this.at!==null&&!(this.at>=e.zoom[0]&&this.at<=e.zoom[1])&&(this.at=null);let i=this.describe(),a=JSON.
stringify([this.columns(i.length),o.background,i.map(({title:u,panels:p})=>[u,p.map(({id:g,lines:d})=>[g,d.map(b=>[b.id,b.paths])])])]);a!==this.structure?this.build(i,a):i.forEach((u,p)=>this.blocks[p].
panels.forEach((g,d)=>g.update(u.panels[d]))),this.showValues()}describe(){let{scene:e,view:s,vocabulary:n,palette:o}=this,l=s.arrangement==="compare"?[{title:"All series",part:null,panels:[pi(e,s,n,o)]}]:
e.parts.map(a=>({title:a.series.title,part:a,panels:hi(a,e,s,n,o)})),i=new Set(s.hidden);for(let{panels:a}of l){a.at(-1).labelled=!0;for(let u of a){u.hiddenShade={fear:i.has("fear"),greed:i.has("gree\
d")};let p=i.has(`${u.id}.upper`);for(let g of u.lines)g.hidden=g.band||g.bandEnd?p:i.has(`${u.id}.${g.id}`)}}return l}columns(e){let s=this.root.clientWidth;return this.view.arrangement!=="side by si\
de"||s<Af?1:Math.max(1,Math.min(e,Math.floor(s/440),4))}flush(){for(let e of this.hosts.values())e.flush()}clear(){this.sight.disconnect(),this.hosts.clear();for(let{panels:e}of this.blocks)for(let{plot:s}of e)
s.destroy();this.blocks=[],this.grid.replaceChildren()}build(e,s){this.clear(),this.structure=s;let n=this.columns(e.length);this.grid.style.gridTemplateColumns=`repeat(${n}, minmax(0, 1fr))`,this.blocks=
e.map(({title:o,part:l,panels:i})=>{let a=T("section",{class:"optstat-block","aria-label":o}),u=T("span",{class:"optstat-day"}),p=l?this.shadeSwitches():[];a.append(T("div",{class:"optstat-block-head"},
T("span",{class:"optstat-title"},o),u,...p)),this.grid.append(a);let g=i.map(d=>{let b=this.legend(d),y=T("div",{class:"optstat-plot","data-panel":d.id});a.append(b.root,y);let M=Yr(y,d,this.size(d,n),
this);return this.followTouch(M.plot),this.hosts.set(y,M),this.sight.observe(y),{...M,panel:d,legend:b,update:N=>(M.update(N),b.update(N))}});return{root:a,day:u,part:l,panels:g}})}size(e,s){let n=Math.
max(160,Math.floor((this.root.clientWidth-Ef*(s-1))/s)),o=Math.min(Math.max((globalThis.innerHeight||800)*.6,400),640);return{width:n,height:Math.round(o*e.height)+(e.labelled?20:0)}}resize(){if(!this.
view||!this.blocks.length)return;let e=this.columns(this.blocks.length);if(JSON.parse(this.structure)[0]!==e){this.show(this.scene,this.view,this.vocabulary,this.palette,this.picture.getAttribute("ari\
a-label"));return}for(let{panels:s}of this.blocks)for(let{plot:n,panel:o}of s){let l=this.size(o,e);(n.width!==l.width||n.height!==l.height)&&n.setSize(l)}}entry(e,s,n){let o=T("b"),l=T("span"),i=T("b\
utton",{type:"button","aria-pressed":"true",onclick:()=>this.toggled(e)},T("i",{class:`optstat-swatch optstat-${n}`,style:`--swatch:${s}`,"aria-hidden":"true"}),l," ",o);return{id:e,button:i,text:l,value:o}}shadeSwitches(){
return["fear","greed"].map(e=>{let{button:s,text:n}=this.entry(e,this.palette[e],"area");return n.textContent=e,s.dataset.shade=e,s})}legend(e){let s=T("div",{class:"optstat-legend",role:"group","aria\
-label":e.title}),n=T("span",{class:"optstat-panel-title"},e.title),o=e.lines.filter(({bandEnd:i})=>!i).map(i=>this.entry(`${e.id}.${i.id}`,i.stroke,i.paths||i.band?"area":i.dash?"dashed":"line"));n.hidden=
o.length===1&&e.id!=="compare",s.append(n,...o.map(({button:i})=>i));let l={root:s,entries:o,update:i=>{Ne(n,i.title);let a=i.lines.filter(({bandEnd:u})=>!u);o.forEach(({button:u,text:p},g)=>{Ne(p,a[g].
label),u.setAttribute("aria-pressed",String(!a[g].hidden))}),l.panel=i}};return l.update(e),l}showValues(){let e=new Set(this.view.hidden);for(let s of this.grid.querySelectorAll("[data-shade]"))s.setAttribute(
"aria-pressed",String(!e.has(s.dataset.shade)));for(let s of this.blocks){let n=this.at??this.lastPlace(s),o=this.scene.days[n];Ne(s.day,o===void 0?"no session":bt(o));for(let{legend:l}of s.panels){let{
lines:i}=l.panel,a=i.filter(({bandEnd:u})=>!u);l.entries.forEach(({value:u},p)=>Ne(u,zf(a[p],i,n)))}}}lastPlace({panels:e}){let[s,n]=this.scene.zoom,{lines:o}=e[0].legend.panel;for(let l=n;l>s;l--)if(o.
some(({values:i})=>i[l]!==void 0))return l;return n}pointed(e){if(e!==this.blocks[0]?.panels[0]?.plot)return;let s=e.cursor.idx??null;s!==this.at&&(this.at=s,this.showValues())}point(e){this.at=e;for(let{
panels:s}of this.blocks)for(let{plot:n}of s){let o=e===null?-10:n.valToPos(e,"x");n.setCursor({left:o,top:e===null?-10:0},!1)}this.showValues()}selected(e){let{left:s,width:n}=e.select;if(n<=0||(e.setSelect(
{left:0,top:0,width:0,height:0},!1),!e.root.matches(":hover")))return;let o=[s,s+n].map(l=>Math.round(e.posToVal(l,"x")));this.zoomTo(...o)}zoomTo(e,s){let n=this.scene.days.length-1,[o,l]=[Math.max(0,
Math.min(e,n)),Math.min(n,Math.max(s,0))];n<1||l<=o||this.zoomed(o===0&&l===n?null:[bt(this.scene.days[o]),bt(this.scene.days[l])])}zoomOut(){this.zoomed(null)}pressed(e){if(e.ctrlKey||e.metaKey||e.altKey||
e.target!==this.root)return;let s=Nf[e.key];s&&(e.preventDefault(),e.stopPropagation(),s(this,e.shiftKey))}step(e,s){let[n,o]=this.scene.zoom;if(s){let i=o-n,a=Math.max(1,Math.round(i/10))*e,u=Math.max(
0,Math.min(n+a,this.scene.days.length-1-i));this.zoomTo(u,u+i);return}let l=this.at===null?e<0?o:n:Math.max(n,Math.min(o,this.at+e));this.point(l),this.announce(this.spoken(l))}scale(e){let[s,n]=this.
scene.zoom,o=this.at??(s+n)/2,l=Math.round(o-(o-s)*e),i=Math.round(o+(n-o)*e);(i-l>=1||e>1)&&this.zoomTo(Math.min(l,s+(e>1?-1:0)||l),i)}spoken(e){let s=bt(this.scene.days[e]??0),n=this.blocks.map(({root:o,
panels:l})=>{let i=l.flatMap(({legend:a})=>a.entries.map(({text:u,value:p})=>`${u.textContent} ${p.textContent}`));return`${o.getAttribute("aria-label")}: ${i.join(", ")}`});return`${s}. ${n.join(". ")}`}followTouch(e){
e.over.style.touchAction="pan-y";let s=n=>{if(n.pointerType==="mouse")return;let o=n.clientX-e.over.getBoundingClientRect().left,l=Math.round(e.posToVal(o,"x"));this.point(Math.max(this.scene.zoom[0],
Math.min(this.scene.zoom[1],l)))};e.over.addEventListener("pointerdown",s),e.over.addEventListener("pointermove",s)}},Nf={ArrowLeft:(t,e)=>t.step(-1,e),ArrowRight:(t,e)=>t.step(1,e),Home:t=>t.point(t.
scene.zoom[0]),End:t=>t.point(t.scene.zoom[1]),"+":t=>t.scale(.5),"=":t=>t.scale(.5),"-":t=>t.scale(2),_:t=>t.scale(2),0:t=>t.zoomOut(),Escape:t=>t.at===null?t.zoomOut():t.point(null)};function zf(t,e,s){
if(t.band){let n=e.find(({bandEnd:o})=>o);return t.values[s]==null?"–":`${ol(n,s)}–${ol(t,s)}`}return ol(t,s)}function ol(t,e){let s=(t.shown??t.values)[e];return s==null?"–":t.count?Math.abs(s)>=
1e6?ys(s):ln(s):we(s,t.digits)}var ll=t=>Number.isInteger(t)?`${t}.0`:String(t),Kr=t=>t===null?"None":`'${t}'`,qr=t=>t===null?"":`"${t}"`;function Jr(t,e,s,n,o,l){let{window:i,lookback:a,lower:u,upper:p,k:g,metric:d}=t,b=[...e.code.
head];for(let{comment:k}of s)k&&b.push(k);s.length<e.code.series&&b.push(`df = df.loc[:, df.columns.droplevel(-1).isin([${s.map(({literal:k})=>k).join(", ")}])]`);let[y,M]=n,N=y===null&&M===null?"":`.\
loc[${qr(y)}:${qr(M)}]`,R=`lookback=${a}, lower=${ll(u)}, upper=${ll(p)}`,z=i===a?`(${i},)`:`(${i}, ${a})`,v=`start=${Kr(y)}, end=${Kr(M)}, theme='${o}'`,_=l[d].expression.replaceAll("{window}",i).replaceAll(
"{lookback}",a);return b.push(`metrics = df.optstat.metrics(windows=${z}, ${R})${N}`,`${d} = df.optstat.${_}${N}`,`df.optstat.plot("overview", windows=${z}, ${R}, ${v})`,`df.optstat.plot("bands", wind\
ow=${i}, k=${ll(g)}, ${v})`),b.join(`
`)+`
`}var Cf=0,Is=class{constructor(e,s,n){Object.assign(this,{vocabulary:s,act:n,id:`optstat-drawer-${Cf++}`}),this.toolbar=T("div",{class:"optstat-toolbar",role:"toolbar","aria-label":"Explorer"}),this.drawer=
T("div",{class:"optstat-drawer",id:this.id,hidden:!0}),e.append(this.toolbar,this.drawer),this.buildToolbar(),this.buildDrawer()}buildToolbar(){let{vocabulary:e,act:s}=this;this.presets=e.presets.map(
n=>T("button",{type:"button","aria-pressed":"false",onclick:()=>s.choose({preset:n,start:null,end:null,zoom:null})},n)),this.start=this.dateBox("From","start"),this.end=this.dateBox("To","end"),this.window=
this.slider("Window","window",e.windows,"sessions of the rolling mean and the band"),this.lookback=this.slider("Lookback","lookback",e.lookbacks,"sessions that a day is compared with"),this.metric=this.
list("Metric","metric",Object.entries(e.metrics).map(([n,{title:o}])=>[n,o])),this.more=T("button",{type:"button","aria-expanded":"false","aria-controls":this.id,onclick:()=>{this.drawer.hidden=!this.
drawer.hidden,this.more.setAttribute("aria-expanded",String(!this.drawer.hidden))}},"More"),this.toolbar.append(T("div",{class:"optstat-group",role:"group","aria-label":"Range"},...this.presets),this.
start.root,this.end.root,this.window.root,this.lookback.root,this.metric.root,this.more)}buildDrawer(){let{vocabulary:e,act:s}=this;this.series=T("div",{class:"optstat-row"}),this.codes=this.codeEntry(
e.codes??[]),this.arrangement=this.list("Arrange","arrangement",e.arrangements.map(o=>[o,o])),this.theme=this.list("Theme","theme",e.themes.map(o=>[o,o])),this.limits=[["Lower","lower",0,1,.01],["Uppe\
r","upper",0,1,.01],["Band","k",0,10,.1]].map(o=>this.number(...o)),this.source=T("input",{type:"text",list:`${this.id}-sources`,size:28,spellcheck:!1,autocomplete:"off"}),this.source.addEventListener(
"keydown",o=>o.key==="Enter"&&this.sourceChosen()),this.source.addEventListener("change",()=>this.sourceChosen());let n=T("datalist",{id:`${this.id}-sources`},T("option",{value:"simulator:"}));this.refresh=
T("button",{type:"button",title:"request what is provisional or new",onclick:()=>s.send("refresh")},"Refresh"),this.loading=T("div",{class:"optstat-row"},Ke("Source",this.source),n,this.refresh),this.
format=T("select",{},...e.formats.map(o=>T("option",{value:o},o))),this.name=T("input",{type:"text",placeholder:"file name",size:18,spellcheck:!1}),this.table=T("button",{type:"button","aria-expanded":"\
false",onclick:()=>{let o=this.table.getAttribute("aria-expanded")!=="true";this.table.setAttribute("aria-expanded",String(o)),s.table(o)}},"Table"),this.code=T("textarea",{rows:8,readOnly:!0,spellcheck:!1}),
this.codeBox=Ke("Code",this.code),this.codeBox.hidden=!0,this.codeBox.classList.add("optstat-code"),this.drawer.append(this.series,T("div",{class:"optstat-row"},this.arrangement.root,this.theme.root,...this.
limits.map(({root:o})=>o)),this.loading,T("div",{class:"optstat-row"},T("button",{type:"button",title:"copy code that reproduces this view",onclick:()=>s.copy()},"Copy as code"),Ke("Save as",this.format),
Ke("File",this.name),T("button",{type:"button",onclick:()=>s.save(this.format.value,this.name.value.trim())},"Save"),this.table),this.codeBox)}dateBox(e,s){let n=T("input",{type:"date",min:"1973-01-01",
max:"2199-12-31"}),o=!1,l=()=>{if(o=!1,n.value===n.dataset.shown)return;if(n.validity.badInput)return void(n.value=n.dataset.shown);let i=s==="start"?{end:this.end.value()||null}:{start:this.start.value()||
null};if(!n.value&&!i.start&&!i.end)return void(n.value=n.dataset.shown);this.act.choose({preset:null,[s]:n.value||null,...i,zoom:null})};return n.addEventListener("keydown",i=>{i.key==="Enter"?l():i.
key==="Escape"?n.value=n.dataset.shown:i.key!=="Tab"&&(o=!0)}),n.addEventListener("blur",l),n.addEventListener("change",()=>o||l()),{root:Ke(e,n),value:()=>n.dataset.shown,show:i=>{let a=o&&document.activeElement===
n;n.dataset.shown=i,!a&&n.value!==i&&(n.value=i)}}}slider(e,s,[n,o],l){let i=T("input",{type:"range",min:String(n),max:String(o),step:"1",title:l,"aria-label":e}),a=T("input",{type:"number",min:String(
n),max:"9999","aria-label":`${e}, as a number`});i.addEventListener("input",()=>this.act.choose({[s]:Number(i.value)})),a.addEventListener("change",()=>{let p=Math.round(Number(a.value));p>=n?this.act.
choose({[s]:p}):a.value=i.value});let u=T("span",{"aria-hidden":"true"},e);return{root:T("span",{class:"optstat-slider"},u,i,a),show:p=>{p>Number(i.max)&&(i.max=String(p)),p<Number(i.min)&&(i.min=String(
p)),Number(i.value)!==p&&(i.value=String(p)),Number(a.value)!==p&&(a.value=String(p))}}}list(e,s,n){let o=T("select",{},...n.map(([l,i])=>T("option",{value:l},i)));return o.addEventListener("change",()=>this.
act.choose({[s]:o.value})),{root:Ke(e,o),show:l=>o.value=l}}number(e,s,n,o,l){let i=T("input",{type:"number",min:String(n),max:String(o),step:String(l)});return i.addEventListener("change",()=>{let a=Number(
i.value);i.value===""||a<n||a>o?i.value=i.dataset.shown:this.act.choose({[s]:a})}),{root:Ke(e,i),show:a=>{(Number(i.value)!==a||i.value==="")&&(i.value=String(a)),i.dataset.shown=String(a)}}}sourceChosen(){
let e=this.source.value;e.trim()!==this.source.dataset.shown&&this.act.send("source",{value:e})}show(e,s,[n,o]){let{presets:l,vocabulary:i}=this;l.forEach((a,u)=>a.setAttribute("aria-pressed",String(i.
presets[u]===e.preset))),this.start.show(n===void 0?"":bt(n)),this.end.show(o===void 0?"":bt(o));for(let a of["window","lookback","metric","arrangement","theme"])this[a].show(e[a]);["lower","upper","k"].
forEach((a,u)=>this.limits[u].show(e[a])),this.showSeries(e,s)}showSeries(e,s){let n=s?.loaded.given??!1;this.markets=e.markets,this.loading.hidden=n;let o=n?[["Series","series",s.series.map(({title:i})=>i)]]:
[["Market","markets",Df(e,this.vocabulary)],["Data type","data_types",this.vocabulary.data_types]],l=JSON.stringify(o);l!==this.structure&&(this.structure=l,this.series.replaceChildren(...o.map(([i,a,
u])=>this.checks(i,a,u))),n||this.series.children[0].append(this.codes.root),this.series.hidden=n&&s.series.length<2);for(let i of this.series.querySelectorAll("input[type=checkbox]"))i.checked=(e[i.name]??
o[0][2]).includes(i.value);!n&&s&&(this.showSource(s.loaded.source),this.refresh.disabled=!s.loaded.refreshable)}codeEntry(e){let s=T("input",{type:"text",list:`${this.id}-codes`,size:12,placeholder:"\
US.AAPL",spellcheck:!1,autocomplete:"off"}),n=()=>{let l=s.value.trim().toUpperCase();s.value="",l&&!this.markets.includes(l)&&this.act.choose({markets:[...this.markets,l]})};s.addEventListener("keydo\
wn",l=>l.key==="Enter"&&n()),s.addEventListener("change",n);let o=T("datalist",{id:`${this.id}-codes`},...e.map(l=>T("option",{value:l})));return{root:T("span",{},Ke("Add code",s),o)}}showSource(e){document.
activeElement!==this.source&&(this.source.value=e),this.source.dataset.shown=e}checks(e,s,n){let o=n.map(l=>{let i=T("input",{type:"checkbox",name:s,value:l});return i.addEventListener("change",()=>{let a=[
...this.series.querySelectorAll(`input[name=${s}]`)].filter(({checked:u})=>u);this.act.choose({[s]:a.map(u=>u.value)})}),T("label",{class:"optstat-check"},i,l)});return T("div",{class:"optstat-group",
role:"group","aria-label":e},T("span",{},`${e}:`),...o)}showCode(e){this.code.value!==e&&(this.code.value=e),this.codeBox.hidden=!1}showsCode=()=>!this.codeBox.hidden;pressPreset(e){this.presets[e]?.click()}},
Df=(t,{markets:e})=>[...e,...t.markets.filter(s=>!e.includes(s))],Pf=0;function Ke(t,e){return e.id=`optstat-control-${Pf++}`,T("span",{class:"optstat-label"},T("label",{for:e.id},t),e)}var Zr=(t,e)=>(t>0?"+":"")+we(t,e),il=t=>`${t} ${t===1?"session":"sessions"}`;function Qr(t,e,s){let{series:n}=t,[o,l]=Ge(t,e),i=n.synthetic?["synthetic"]:[];if(o>=l)return{title:n.title,badges:i,empty:!0};
let a=ii(n.prepared,s,l);a.row>=0&&n.provisional.includes(a.day)&&i.push("provisional");let u=a.side>0?"fear":a.side<0?"greed":null;return{title:n.title,badges:i,side:u,day:a.day,ratio:a.ratio,empty:a.
row<o,facts:[["change",Zr(a.change,3)],["percentile",Number.isNaN(a.percentile)?"–":`${we(100*a.percentile,0)} %`],["z-score",Zr(a.zscore,2)],u?["state",`${u}, ${il(a.age)}`]:["last extreme",a.since===
null?"none":`${il(a.since)} ago`]]}}function Xr(t,e){t.replaceChildren(...e.map(s=>{let n=s.badges.map(i=>T("span",{class:`optstat-badge optstat-${i}`},i)),o=T("div",{class:"optstat-card-title"},T("sp\
an",{},s.title),...n);if(s.empty)return T("div",{class:"optstat-card"},o,T("div",{class:"optstat-facts"},"No session in the range."));let l=s.facts.map(([i,a])=>T("span",{class:i==="state"?`optstat-fa\
ct optstat-side-${s.side}`:"optstat-fact"},T("i",{},i)," ",T("b",{},a)));return T("div",{class:"optstat-card"},o,T("div",{class:"optstat-facts"},T("span",{class:"optstat-ratio",title:`put/call ratio o\
f ${bt(s.day)}`},we(s.ratio,3)),...l))}))}function ta(t,e){return e.map((s,n)=>{if(s.empty)return`${s.title}: no rows.`;let o=s.facts.map(([i,a])=>`${i} ${a}`).join(", "),l=t[n].count;return`${s.title}\
: ${il(l)} until ${bt(s.day)}; put/call ratio ${we(s.ratio,2)}, ${o}.`}).join(" ")||"No rows."}var Vs=class{constructor(e,s){Object.assign(this,{model:e,changed:s,isSilent:!1,waiting:new Map,last:0}),this.received=n=>this.receive(n),e.on("msg:custom",this.received)}destroy(){this.model.off("msg\
:custom",this.received);for(let{timer:e}of this.waiting.values())clearTimeout(e);this.waiting.clear()}ask(e,s={}){let n=`${Date.now().toString(36)}-${this.last++}`,o=setTimeout(()=>this.setSilent(!0),
2e3);return new Promise(l=>{this.waiting.set(n,{done:l,timer:o});try{this.model.send({...s,id:n,kind:e})}catch{this.setSilent(!0)}})}ping(){this.waiting.size||this.ask("ping")}receive(e){let s=this.waiting.
get(e?.id);s&&(this.waiting.delete(e.id),clearTimeout(s.timer),this.setSilent(!1),s.done(e))}setSilent(e){this.isSilent!==e&&(this.isSilent=e,this.changed())}};var Re=40,jn=46,rl=8,Lf=8,Hs=class{constructor(e,s){this.changed=s,this.canvas=T("canvas",{class:"optstat-overview","aria-hidden":"true",height:Re}),e.append(this.canvas),this.context=this.canvas.getContext(
"2d"),this.sizes=new ResizeObserver(()=>this.draw()),this.sizes.observe(this.canvas);for(let n of["pointerdown","pointermove","pointerup","pointercancel","dblclick"])this.canvas.addEventListener(n,o=>this[n](
o))}destroy(){this.sizes.disconnect()}show(e,s,n,o){Object.assign(this,{count:e,lines:s,zoom:n,palette:o}),this.draw()}x=e=>jn+(e+.5)/this.count*(this.width-jn-rl);place=e=>Math.floor((e-jn)/(this.width-
jn-rl)*this.count);draw(){let{canvas:e,context:s,lines:n,palette:o}=this;if(!n)return;this.width=e.clientWidth;let l=globalThis.devicePixelRatio||1,[i,a]=[Math.round(this.width*l),Math.round(Re*l)];if((e.
width!==i||e.height!==a)&&Object.assign(e,{width:i,height:a}),s.setTransform(l,0,0,l,0,0),s.clearRect(0,0,this.width,Re),!this.count)return;for(let{values:g,colour:d}of n)this.line(g,d);let[u,p]=[this.
x(this.zoom[0]-.5),this.x(this.zoom[1]+.5)];s.globalAlpha=.7,s.fillStyle=o.background,s.fillRect(jn,0,u-jn,Re),s.fillRect(p,0,this.width-rl-p,Re),s.globalAlpha=1,s.strokeStyle=o.muted,s.lineWidth=1,s.
strokeRect(u+.5,.5,Math.max(p-u-1,2),Re-1),s.fillStyle=o.muted;for(let g of[u,p])s.fillRect(g-2,Re/2-8,4,16)}line(e,s){let n=this.context,o=e.filter(u=>u!=null),[l,i]=[Math.min(...o),Math.max(...o)];n.
beginPath();let a=!1;e.forEach((u,p)=>{if(u===void 0)return;if(u===null)return void(a=!1);let g=Re-4-(u-l)/(i-l||1)*(Re-8);a?n.lineTo(this.x(p),g):n.moveTo(this.x(p),g),a=!0}),n.strokeStyle=s,n.lineWidth=
1,n.stroke()}pointerdown(e){if(!this.count)return;let s=e.offsetX,[n,o]=[this.x(this.zoom[0]-.5),this.x(this.zoom[1]+.5)],l=Math.abs(s-n)<Math.abs(s-o)?"left":"right",i=Math.min(Math.abs(s-n),Math.abs(
s-o))<Lf,a=this.zoom[1]-this.zoom[0]>=this.count-1;this.drag={start:this.place(s),zoom:this.zoom,kind:i?l:s>n&&s<o&&!a?"move":"new"},this.canvas.setPointerCapture(e.pointerId)}pointermove(e){if(!this.
drag)return;let{start:s,zoom:n,kind:o}=this.drag,l=Math.max(0,Math.min(this.count-1,this.place(e.offsetX)));if(o==="left")this.changed(Math.min(l,n[1]-1),n[1]);else if(o==="right")this.changed(n[0],Math.
max(l,n[0]+1));else if(o==="new")l!==s&&this.changed(Math.min(l,s),Math.max(l,s));else{let i=n[1]-n[0],a=Math.max(0,Math.min(this.count-1-i,n[0]+l-s));this.changed(a,a+i)}}pointerup(){this.drag=null}pointercancel(){
this.drag=null}dblclick(){this.changed(0,this.count-1)}};var ea=t=>typeof t=="number"?Number.isNaN(t)?"":String(t):/[",\n\r]/.test(t)?`"${t.replaceAll('"','""')}"`:t;function na(t,e,s){let n=["time","series","source","call_value","put_value","ratio",`ratio_\
mean_${e.window}`,`zscore_${e.lookback}`,`percentile_${e.lookback}`,`extreme_${e.lookback}`],o=!["zscore","percentile"].includes(e.metric);o&&n.push(s[e.metric].title);let l=[n.map(ea).join(",")];for(let i of t.
parts){let{series:a,result:u}=i,[p,g]=Ge(i,t);for(let d=p;d<g;d++){let b=Number.isNaN(u.percentile[d]),y=[bt(a.days[d]),a.title,a.source,a.call[d],a.put[d],u.ratio[d],u.mean[d],u.zscore[d],u.percentile[d],
b?NaN:u.extreme[d]];o&&y.push(u.metric[d]),l.push(y.map(ea).join(","))}}return l.join(`
`)+`
`}function sa(t){let e=t.parts.map(({series:l})=>l.title),s=[e.length===1?e[0]:`${e.length} series`],[n,o]=t.zoom.map(l=>t.days[l]);return n!==void 0&&s.push(`from-${bt(n)}`,`to-${bt(o)}`),t.parts.some(
({series:l})=>l.synthetic)&&s.push("synthetic"),s.join("-").replaceAll(/[^\p{L}\p{N}_-]/gu,"-")}function oa(t,e,s){t.flush();let n=globalThis.devicePixelRatio||1,o=t.grid.getBoundingClientRect(),l=document.
createElement("canvas");l.width=Math.round((o.width+16)*n),l.height=Math.round((o.height+34)*n);let i=l.getContext("2d");i.scale(n,n),i.fillStyle=s.background,i.fillRect(0,0,l.width,l.height);let a=p=>{
let g=p.getBoundingClientRect();return[g.left-o.left+8,g.top-o.top+8,g]};i.textBaseline="middle";for(let p of t.grid.querySelectorAll(".optstat-title, .optstat-day, .optstat-panel-title, .optstat-lege\
nd button, .optstat-block-head button")){let[g,d,b]=a(p),y=getComputedStyle(p),M=p.querySelector("i");i.font=`${y.fontWeight} ${y.fontSize} ${y.fontFamily}`,i.globalAlpha=p.getAttribute("aria-pressed")===
"false"?.4:1,M&&(i.fillStyle=M.style.getPropertyValue("--swatch"),i.fillRect(a(M)[0],d+b.height/2-2,12,4)),i.fillStyle=y.color,i.fillText(p.textContent.trim(),M?a(M)[0]+16:g,d+b.height/2)}i.globalAlpha=
1;for(let p of t.grid.querySelectorAll(".optstat-plot canvas")){let[g,d,b]=a(p);i.drawImage(p,g,d,b.width,b.height)}let u=e.some(({badges:p})=>p.includes("synthetic"));return i.font="12px sans-serif",
i.fillStyle=s.muted,i.fillText(`${u?"SYNTHETIC DATA · ":""}pd_optstat`,8,o.height+20),l}function al(t,e){let s=document.createElement("a");s.href=URL.createObjectURL(e),s.download=t,s.click(),setTimeout(
()=>URL.revokeObjectURL(s.href),6e4)}async function la(t){try{return await navigator.clipboard.writeText(t),!0}catch{let e=document.createElement("textarea");e.value=t,e.style.cssText="position: fixed\
; opacity: 0",document.body.append(e),e.select();let s=document.execCommand("copy");return e.remove(),s}}var Ws=["markets","data_types","series","preset","start","end","window","lookback","metric","lower","upper","k","arrangement","theme","zoom","hidden"],$f={"1M":1,"3M":3,"1Y":12,"5Y":60},ia="1973-01-01",
cl=t=>Object.fromEntries(Ws.map(e=>[e,t.get(e)]));function Ff(t,e){let[s,n,o]=bt(t).split("-").map(Number),l=s*12+(n-1)-e,[i,a]=[Math.floor(l/12),l%12],u=new Date(Date.UTC(i,a+1,0)).getUTCDate();return Date.
UTC(i,a,Math.min(o,u))/864e5}function Bs(t,e){let s=t.end?Ue(t.end):null,n=s??1/0;if(t.preset===null)return[t.start?Ue(t.start):-1/0,n];if(t.preset==="Max")return[-1/0,n];let o=s??Ue(e);return t.preset===
"YTD"?[Ue(`${bt(o).slice(0,4)}-01-01`),n]:[Ff(o,$f[t.preset]),n]}function Rf([t,e],s){let n=s.first===null?-1/0:Ue(s.first),o=s.last===null?1/0:Ue(s.last);return t>=n&&e<=o}function Us(t,e){let s=Bs(t,
e.today);return Rf(s,e)?s:Bs({...t,...e.view},e.today)}function ra(t){return t.last===null?t:{...t,today:t.last,last:null}}function ul(t,e){return e.loaded.given?t.series??e.series.map(({title:s})=>s):
t.markets.flatMap(s=>t.data_types.map(n=>`${s} ${n}`))}function aa(t,e){let s=new Set(ul(t,e)),n=e.series.filter(({title:o})=>s.has(o));return n.length?n:e.series}function ca(t,e){if(e?.loaded.given?t.
series?.length===0:!t.markets.length||!t.data_types.length)return e?.loaded.given?"Choose at least one series.":"Choose at least one market and one data type.";for(let[s,n]of[["From",t.start],["To",t.
end]])if(n&&(Ue(n)===null||n<ia))return`${s} ${n} is not a day from ${ia} on.`;return t.preset===null&&t.start&&t.end&&t.start>t.end?`From ${t.start} is after To ${t.end}. Swap them?`:t.lower<t.upper?
t.metric==="detrend"&&t.window>=t.lookback?`Window ${t.window} is not shorter than Lookback ${t.lookback}, as the detrended ratio requires. Move one of the sliders, or choose another metric.`:null:`lo\
wer=${t.lower}, upper=${t.upper}: lower must be below upper.`}function Of(t){for(let[e,s]of[[86400,"d"],[3600,"h"],[60,"min"]])if(t>=e)return`${Math.floor(t/e)} ${s} ago`;return"just now"}var If=t=>t<=0?"today":t===1?"1 day old":`${t} days old`;function ua(t,e,s){
let{status:n}=t,o=[...n.before];if(!e.days.length)o.unshift("no session in the range shown");else{let l=e.days[e.days.length-1];o.push(`newest ${bt(l)} (${If(Math.floor(s/864e5)-l)})`)}return n.observed&&
o.push(`observed ${Of((s-Date.parse(n.observed))/1e3)}`),[...o,...n.after]}var fa=`.optstat-explorer {
  --bg: #fff; --text: #1a1a1a; --muted: #5f5f5f; --edge: #d0d0d0; --fill: #f4f5f6; --accent: #0072b2; --on-accent: #fff;
  --fear: #b34700; --greed: #00704f; --warn: rgba(213, 94, 0, .12);
  box-sizing: border-box; width: 100%; padding: 8px; background: var(--bg); color: var(--text);
  font: 13px/1.4 system-ui, -apple-system, "Segoe UI", sans-serif; container-type: inline-size; overflow: hidden;
}
.optstat-explorer[data-theme="dark"] {
  --bg: #15181c; --text: #e6e6e6; --muted: #a3a3a3; --edge: #3a4048; --fill: #20252b; --accent: #56b4e9; --on-accent: #10151a;
  --fear: #ff9a5c; --greed: #3ddbab; color-scheme: dark;
}
.optstat-explorer[data-theme="light"] { color-scheme: light; }
.optstat-explorer *, .optstat-explorer *::before { box-sizing: border-box; }
.optstat-explorer [hidden] { display: none !important; }
.optstat-explorer .optstat-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.optstat-explorer :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.optstat-toolbar, .optstat-row, .optstat-foot { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; }
.optstat-toolbar select { max-width: 130px; }
.optstat-explorer .optstat-group { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; }
.optstat-toolbar .optstat-group { gap: 0; }
.optstat-explorer button, .optstat-explorer input, .optstat-explorer select, .optstat-explorer textarea {
  margin: 0; font: inherit; color: var(--text); background: var(--bg); border: 1px solid var(--edge); border-radius: 4px; padding: 2px 6px;
  min-height: 26px; width: auto; height: auto; box-shadow: none; line-height: 1.3;
}
.optstat-explorer button { cursor: pointer; background: var(--fill); }
.optstat-explorer button:hover { border-color: var(--accent); }
.optstat-explorer button:disabled { opacity: .5; cursor: default; }
.optstat-toolbar .optstat-group button { border-radius: 0; margin-left: -1px; }
.optstat-toolbar .optstat-group button:first-child { border-radius: 4px 0 0 4px; margin: 0; }
.optstat-toolbar .optstat-group button:last-child { border-radius: 0 4px 4px 0; }
.optstat-toolbar button[aria-pressed="true"], .optstat-explorer button[aria-expanded="true"] { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }
.optstat-explorer input[type="date"] { padding-right: 2px; }
.optstat-explorer input[type="number"] { width: 56px; }
.optstat-explorer input[type="checkbox"] { min-height: 0; accent-color: var(--accent); }
.optstat-explorer input[type="range"] { width: 100px; padding: 0; border: 0; background: none; accent-color: var(--accent); appearance: auto; }
.optstat-explorer .optstat-label, .optstat-explorer .optstat-check, .optstat-slider { display: inline-flex; align-items: center; gap: 5px; margin: 0; white-space: nowrap; color: var(--text); }
.optstat-label > label, .optstat-slider > span { margin: 0; color: var(--muted); font: inherit; }
.optstat-drawer { margin-top: 8px; padding: 8px 10px; border: 1px solid var(--edge); border-radius: 6px; display: grid; gap: 8px; }
.optstat-explorer .optstat-code { display: block; }
.optstat-code textarea { display: block; width: 100%; font: 12px/1.4 ui-monospace, monospace; white-space: pre; }
.optstat-error { margin: 8px 0 0; padding: 6px 10px; white-space: pre-line; overflow-wrap: anywhere; border-left: 4px solid #d55e00; background: var(--warn); }
.optstat-error button { margin-left: 10px; }
.optstat-heads { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 8px; margin: 8px 0; }
.optstat-card { min-width: 0; padding: 5px 10px; border: 1px solid var(--edge); border-radius: 6px; background: var(--fill); }
.optstat-card-title { display: flex; flex-wrap: wrap; gap: 2px 8px; align-items: center; font-weight: 600; overflow-wrap: anywhere; }
.optstat-facts { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 11px; }
.optstat-ratio { font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; }
.optstat-fact i { font-style: normal; color: var(--muted); }
.optstat-fact b { font-weight: 600; font-variant-numeric: tabular-nums; }
.optstat-side-fear b { color: var(--fear); }
.optstat-side-greed b { color: var(--greed); }
.optstat-badge, .optstat-synthetic-label { padding: 0 6px; border-radius: 3px; font-size: 11px; font-weight: 600; background: #ffe08a; color: #1a1a1a; }
.optstat-provisional { background: #cfe6f5; }
.optstat-synthetic-label { margin-right: 8px; }
.optstat-chart { outline-offset: 2px; position: relative; }
.optstat-blocks { display: grid; gap: 12px 16px; }
.optstat-block { min-width: 0; container-type: inline-size; }
.optstat-block-head { display: flex; gap: 2px 10px; align-items: center; padding-left: 46px; }
.optstat-title { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.optstat-day { color: var(--muted); font-variant-numeric: tabular-nums; white-space: nowrap; }
.optstat-legend { display: flex; flex-wrap: wrap; align-items: center; gap: 0 4px; padding-left: 46px; min-height: 20px; font-size: 11.5px; }
.optstat-panel-title { color: var(--muted); margin-right: 4px; }
.optstat-explorer .optstat-legend button, .optstat-explorer .optstat-block-head button { display: inline-flex; align-items: center; gap: 4px; min-height: 20px; padding: 0 4px; border-color: transparen\
t; background: none; font-size: 11.5px; white-space: nowrap; }
.optstat-blocks button[aria-pressed="false"] { opacity: .45; text-decoration: line-through; }
.optstat-legend b { font-weight: 600; font-variant-numeric: tabular-nums; min-width: 3em; text-align: left; }
.optstat-legend b:empty { min-width: 0; }
.optstat-swatch { display: inline-block; width: 12px; height: 0; border-top: 3px solid var(--swatch); }
.optstat-swatch.optstat-dashed { border-top-style: dashed; border-top-width: 2px; }
.optstat-swatch.optstat-area { height: 9px; border: 0; background: var(--swatch); }
.optstat-overview { display: block; width: 100%; height: 40px; margin-top: 6px; touch-action: none; cursor: crosshair; }
.optstat-explorer .u-select { background: rgba(128, 128, 128, .25); }
.optstat-explorer .u-hz .u-cursor-x, .optstat-explorer .u-hz .u-cursor-y { border-color: var(--muted); }
.optstat-foot { margin-top: 6px; color: var(--muted); font-size: 12px; }
.optstat-notes { color: var(--muted); font-size: 12px; white-space: pre-line; }
.optstat-table-host { margin-top: 8px; overflow-x: auto; }
@container (max-width: 500px) { .optstat-panel-title { display: none; } }
@container (max-width: 560px) {
  .optstat-label, .optstat-slider { flex: 1 1 140px; }
  .optstat-slider { flex-basis: 100%; }
  .optstat-slider > span { min-width: 62px; }
  .optstat-explorer .optstat-slider input[type="range"] { flex: 1; }
  .optstat-toolbar .optstat-group { flex: 1 1 100%; }
  .optstat-toolbar .optstat-group button { flex: 1; min-height: 32px; padding: 2px 0; }
  .optstat-legend, .optstat-block-head { padding-left: 4px; }
  .optstat-explorer input[type="date"] { flex: 1; min-width: 0; width: 100%; }
  .optstat-explorer .optstat-label input[type="text"] { min-width: 0; flex: 1; }
}
`;var ha=`.optstat-table { font-size: 12px; font-variant-numeric: tabular-nums; }
.optstat-table-scroll { overflow-x: auto; }
.optstat-table table { border-collapse: collapse; width: 100%; margin: 0; white-space: nowrap; }
.optstat-table :is(th, td) { padding: 2px 8px; text-align: left; font-weight: normal; border: 0; }
.optstat-table tr + tr > * { border-top: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
.optstat-table thead th { border-bottom: 1px solid color-mix(in srgb, currentColor 40%, transparent); }
.optstat-table :is(.optstat-cell-count, .optstat-cell-number) { text-align: right; }
.optstat-table button { font: inherit; color: inherit; background: none; border: 0; cursor: pointer; }
.optstat-table thead button { padding: 2px 0; font-weight: 600; }
.optstat-table thead button::after { content: "▲"; visibility: hidden; font-size: 8px; padding-left: 3px; }
.optstat-table :is(.optstat-cell-count, .optstat-cell-number) button { display: inline-flex; flex-direction: row-reverse; align-items: center; }
.optstat-table :is(.optstat-cell-count, .optstat-cell-number) button::after { padding: 0 3px 0 0; }
.optstat-table [aria-sort="ascending"] button::after { visibility: visible; }
.optstat-table [aria-sort="descending"] button::after { visibility: visible; content: "▼"; }
.optstat-table-pager { display: flex; flex-wrap: wrap; gap: 2px 6px; align-items: center; padding: 6px 0; }
.optstat-table-pager button { min-width: 28px; min-height: 28px; font-size: 16px; }
.optstat-table-pager button[aria-disabled="true"] { opacity: .35; cursor: default; }
.optstat-table-status { min-width: 10em; text-align: center; }
.optstat-table-size { margin-left: auto; }
.optstat-table-size select { font: inherit; color: CanvasText; background: Canvas; }
`;var Bf=[10,25,100];function Wf(t,{kind:e,digits:s}){return e==="text"?t??"":e==="day"?bt(t):e==="count"?ln(t):we(t,s)}function Uf(t,e,s){let n=Uint32Array.from({length:e},(a,u)=>u);if(s==="none")return n;
let o=s==="ascending"?1:-1,l=a=>a==null||a===""||Number.isNaN(a),i=Array.from(n,a=>l(t[a]));return n.sort((a,u)=>i[a]||i[u]?i[a]-i[u]||a-u:t[a]===t[u]?a-u:t[a]<t[u]?-o:o)}var Gf={none:"ascending",ascending:"\
descending",descending:"none"};function Yt(t,e={},...s){let n=Object.assign(document.createElement(t),e);return n.append(...s),n}function fl(t,e){t.textContent!==e&&(t.textContent=e)}function pa(t,{label:e="\
Rows shown"}={}){let s={columns:[],at:null,count:0},n={column:-1,direction:"none"},o=new Uint32Array(0),l=0,i=25,a=Yt("tr"),u=Yt("tbody"),p=Yt("table",{},Yt("thead",{},a),u);p.setAttribute("aria-label",
e);let g=Yt("span",{className:"optstat-table-status"});g.setAttribute("role","status");let d=(F,O,I)=>{let V=Yt("button",{type:"button",textContent:F,title:O});return V.setAttribute("aria-label",O),V.
addEventListener("click",()=>V.getAttribute("aria-disabled")!=="true"&&v(I())),V},b=()=>Math.floor(Math.max(s.count-1,0)/i)*i,y=[d("«","First page",()=>0),d("‹","Previous page",()=>l-i)],M=[d("›",
"Next page",()=>l+i),d("»","Last page",b)],N=Yt("select",{},...Bf.map(F=>Yt("option",{value:F,textContent:F})));N.value=i,N.addEventListener("change",()=>{i=Number(N.value),v(Math.floor(l/i)*i)});let R=Yt(
"label",{className:"optstat-table-size"},N," rows a page"),z=Yt("div",{className:"optstat-table-pager"},...y,g,...M,R);t.classList.add("optstat-table"),t.replaceChildren(Yt("div",{className:"optstat-t\
able-scroll"},p),z);function v(F){l=Math.min(Math.max(F,0),b()),j()}function _(){let{column:F,direction:O}=n,I=O==="none"?[]:Array.from({length:s.count},(V,E)=>s.at(F,E));o=Uf(I,s.count,O),[...a.children].
forEach((V,E)=>{V.setAttribute("aria-sort",E===n.column?n.direction:"none")})}function k(){a.replaceChildren(...s.columns.map(({kind:F},O)=>{let I=Yt("button",{type:"button"});return I.addEventListener(
"click",()=>{n={column:O,direction:Gf[O===n.column?n.direction:"none"]},_(),v(0)}),Yt("th",{scope:"col",className:`optstat-cell-${F}`},I)})),u.replaceChildren()}function j(){let F=Math.min(l+i,s.count);
for(;u.rows.length>F-l;)u.lastChild.remove();for(;u.rows.length<F-l;){let I=s.columns.map(({kind:V})=>{let E=Yt(V==="day"?"th":"td",{className:`optstat-cell-${V}`});return V==="day"&&(E.scope="row"),E});
u.append(Yt("tr",{},...I))}for(let I=l;I<F;I++){let{cells:V}=u.rows[I-l];s.columns.forEach((E,J)=>fl(V[J],Wf(s.at(J,o[I]),E)))}let O=`${ln(l+1)}–${ln(F)} of ${ln(s.count)}`;fl(g,s.count?O:"No rows");
for(let I of y)I.setAttribute("aria-disabled",l===0);for(let I of M)I.setAttribute("aria-disabled",F>=s.count)}let D=({columns:F})=>F.map(({kind:O})=>O).join();return{update(F){let O=D(F)===D(s);O||(n=
{column:-1,direction:"none"}),F.count!==s.count&&(l=0),s=F,O||k(),s.columns.forEach(({title:I},V)=>fl(a.children[V].firstChild,I)),_(),v(l)},destroy(){t.replaceChildren(),t.classList.remove("optstat-t\
able")}}}var da=new WeakMap;function jf(t){let e=t.zoom.join(),s=da.get(t.parts);if(s?.zoom===e)return s.pairs;let n=[];for(let o of t.parts){let[l,i]=Ge(o,t);for(let a=l;a<i;a++)n.push([o,a])}return n.sort(([
o,l],[i,a])=>i.series.days[a]-o.series.days[l]),da.set(t.parts,{zoom:e,pairs:n}),n}var Yf=t=>t>0?"fear":t<0?"greed":"";function ma(t,e,s){let n=jf(t),{title:o}=s[e.metric],l=[{title:"Series",kind:"tex\
t",get:({series:i})=>i.title,only:t.parts.length>1},{title:"Day",kind:"day",get:({series:i},a)=>i.days[a]},{title:"Calls",kind:"count",get:({series:i},a)=>i.call[a]},{title:"Puts",kind:"count",get:({series:i},a)=>i.
put[a]},{title:"Put/call",kind:"number",digits:4,get:({result:i},a)=>i.ratio[a]},{title:`Mean ${e.window}`,kind:"number",digits:4,get:({result:i},a)=>i.mean[a]},{title:`Percentile ${e.lookback}`,kind:"\
number",digits:3,get:({result:i},a)=>i.percentile[a]},{title:o[0].toUpperCase()+o.slice(1),kind:"number",digits:4,get:({result:i},a)=>i.metric[a],only:e.metric!=="percentile"},{title:"Extreme",kind:"t\
ext",get:({result:i},a)=>Yf(i.extreme[a])}].filter(({only:i=!0})=>i);return{columns:l,at:(i,a)=>l[i].get(...n[a]),count:n.length}}var ga={light:{background:"#FFFFFF",text:"#1A1A1A",muted:"#6B6B6B",grid:"#1A1A1A14",ratio:"#8A8A8A",mean:"#009E73",slow:"#000000",band:"#009E7322",call:"#56B4E9",put:"#E69F00",fear:"#D55E00",greed:"#0\
072B2",shade:"38",metric:"#7A5195",price:"#1A1A1A",lines:["#0072B2","#D55E00","#009E73","#CC79A7","#8A6D00","#56B4E9","#1A1A1A","#7A5195"]},dark:{background:"#15181C",text:"#E6E6E6",muted:"#9A9A9A",grid:"\
#FFFFFF14",ratio:"#8F8F8F",mean:"#F0E442",slow:"#FFFFFF",band:"#56B4E930",call:"#56B4E9",put:"#E69F00",fear:"#D55E00",greed:"#0072B2",shade:"60",metric:"#56B4E9",price:"#E6E6E6",lines:["#56B4E9","#E97\
31A","#2BC79B","#E59AC4","#F0E442","#9CC9F5","#FFFFFF","#B79CE0"]}},Kf=t=>{let e=(t.match(/[\d.]+/g)||[]).map(Number);return e.length<3||e[3]===0?null:.2126*e[0]+.7152*e[1]+.0722*e[2]};function ba(t,e){
let s=()=>globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches??!1;if(e)return s();let n=document.body.dataset.jpThemeLight;if(n!==void 0)return n==="false";let o=document.body.dataset.vscodeThemeKind;
if(o!==void 0)return/dark|high-contrast$/.test(o);for(let l=t.parentElement;l;l=l.parentElement){let i=Kf(getComputedStyle(l).backgroundColor);if(i!==null)return i<128}return s()}function wa(t){let e=new MutationObserver(
t);e.observe(document.body,{attributes:!0});let s=globalThis.matchMedia?.("(prefers-color-scheme: dark)");return s?.addEventListener("change",t),()=>{e.disconnect(),s?.removeEventListener("change",t)}}var qf=150;function ya(t,e,{standalone:s=!1}={}){let n=new hl(t,e,s);return()=>n.destroy()}var hl=class{constructor(e,s,n){Object.assign(this,{model:s,standalone:n,frame:null,saving:null,note:"",refused:"",
dismissed:null,table:null,drawn:0}),this.kernel=n?null:new Vs(s,()=>this.schedule()),this.build(e),this.changed=()=>this.schedule();for(let o of[...Ws,"content","busy","error"])s.on(`change:${o}`,this.
changed);this.unwatch=wa(this.changed),this.schedule(),this.kernel?.ping()}destroy(){for(let e of[...Ws,"content","busy","error"])this.model.off(`change:${e}`,this.changed);this.saving!==null&&this.saveNow(),
cancelAnimationFrame(this.frame),clearInterval(this.clock),this.unwatch(),this.kernel?.destroy(),this.chart.destroy(),this.overview.destroy(),this.table?.destroy(),this.root.remove()}build(e){this.root=
T("div",{class:"optstat-explorer"}),this.root.append(T("style",{},Wl+fa+ha)),e.append(this.root);let s=this.model.get("vocabulary");this.controls=new Is(this.root,s,{choose:l=>this.choose(l),send:(l,i)=>this.
send(l,i),copy:()=>this.copy(),save:(l,i)=>this.save(l,i),table:l=>this.showTable(l)}),this.error=T("div",{class:"optstat-error",role:"alert",hidden:!0}),this.errorText=T("span"),this.retry=T("button",
{type:"button",onclick:()=>this.send("retry")},"Try again"),this.error.append(this.errorText,this.retry),this.heads=T("div",{class:"optstat-heads"});let n=T("div");this.statusText=T("span"),this.progress=
T("progress",{"aria-label":"Loading",hidden:!0}),this.cancel=T("button",{type:"button",hidden:!0,onclick:()=>this.send("cancel")},"Cancel"),this.badge=T("b",{class:"optstat-synthetic-label",hidden:!0},
"SYNTHETIC");let o=T("div",{class:"optstat-status",role:"status","aria-live":"polite"},this.badge,this.statusText);this.notes=T("div",{class:"optstat-notes"}),this.announcer=T("div",{class:"optstat-un\
seen","aria-live":"polite"}),this.tableHost=T("div",{class:"optstat-table-host",hidden:!0}),this.root.append(this.error,this.heads,n,T("div",{class:"optstat-foot"},o,this.progress,this.cancel),this.notes,
this.announcer,this.tableHost),this.chart=new Os(n,{zoomed:l=>this.choose({zoom:l}),toggled:l=>this.toggle(l),announce:l=>Ne(this.announcer,l)}),this.overview=new Hs(n,(l,i)=>this.chart.zoomTo(l,i)),this.
chart.root.addEventListener("keydown",l=>{l.target===this.chart.root&&/^[1-6]$/.test(l.key)&&this.controls.pressPreset(Number(l.key)-1)}),this.clock=setInterval(this.schedule.bind(this),6e4)}choose(e){
let s={...cl(this.model),...e},n=ca(s,this.model.get("content"));if(this.refused=n??"",this.note="",n===null){this.dismissed=this.model.get("error");for(let[o,l]of Object.entries(e))this.model.set(o,l);
clearTimeout(this.saving),this.saving=setTimeout(()=>this.saveNow(),"window"in e||"lookback"in e||"zoom"in e?qf:0)}this.schedule()}saveNow(){clearTimeout(this.saving),this.saving=null,this.model.save_changes(),
this.kernel?.ping()}toggle(e){let s=this.model.get("hidden");this.choose({hidden:s.includes(e)?s.filter(n=>n!==e):[...s,e]})}async send(e,s){if(!this.kernel)return;this.saving!==null&&this.saveNow(),this.
refused="";let n=await this.kernel.ask(e,s);n.note&&(this.note=n.note),n.refused&&(this.refused=n.refused),this.schedule()}async copy(){if(!this.content)return this.say("Nothing is loaded yet.");let e=this.
codeText();this.controls.showCode(e);let s=await la(e);this.say(s?"Copied.":"The browser did not allow copying. Select the code in the box Code.")}codeText(){let e=this.scene.parts.map(({series:s})=>s);
return Jr(this.view,this.content,e,this.shownDays(),this.themeName,this.vocabulary.metrics)}save(e,s){let{scene:n,content:o}=this;if(!o)return this.say("Nothing is loaded yet.");if(e==="Parquet"||e===
"HTML")return this.send("save",{format:e,name:s});let l=`${s||sa(n)}.${e.toLowerCase()}`;e==="CSV"?al(l,new Blob([na(n,this.view,this.vocabulary.metrics)],{type:"text/csv"})):oa(this.chart,this.headlines,
this.palette).toBlob(i=>al(l,i),"image/png"),this.say(`Saved ${l} in the browser's folder of downloads.`)}say(e){this.note=e,this.schedule()}showTable(e){this.tableHost.hidden=!e,e||this.table?.destroy(),
this.table=e?pa(this.tableHost):null,this.schedule()}schedule(){this.frame===null&&(this.frame=requestAnimationFrame(()=>{this.frame=null,this.draw()}))}draw(){let e=performance.now();this.view=cl(this.
model),this.vocabulary=this.model.get("vocabulary"),this.content=this.model.get("content")??null,this.content?.series||(this.content=null),this.applyTheme();let{view:s,content:n}=this;if(n===null){this.
controls.show(s,null,[]),this.controls.showSource(this.model.get("content")?.source??""),this.showState([]);return}let o=new Set(aa(s,n));this.loaded=this.kernel?.isSilent?ra(n.loaded):n.loaded;let l=Us(
s,this.loaded),i=ai(n).filter((u,p)=>o.has(n.series[p]));this.scene=fi(this.axisOf(i,l),xa(s)),this.headlines=this.scene.parts.map(u=>Qr(u,this.scene,xa(s)));let a=this.scene.parts.map(u=>{let[p,g]=Ge(
u,this.scene);return{count:g-p}});this.chart.show(this.scene,s,this.vocabulary,this.palette,ta(a,this.headlines)),this.showOverview(),Xr(this.heads,this.headlines),this.controls.show(s,n,this.controlDays(
l)),this.controls.showsCode()&&this.controls.showCode(this.codeText()),this.showState(ua(n,this.scene,Date.now())),this.table?.update(ma(this.scene,s,this.vocabulary.metrics)),this.report(e)}axisOf(e,s){
return this.axis&&this.axis.range.every((o,l)=>o===s[l])&&this.axis.series.length===e.length&&e.every((o,l)=>o===this.axis.series[l])||(this.axis={series:e,range:s,...ui(e,s)}),this.axis}applyTheme(){
let{theme:e}=this.view,s=e==="auto"?ba(this.root,this.standalone):e==="dark";this.themeName=s?"dark":"light",this.palette=ga[this.themeName],this.root.dataset.theme=this.themeName,!this.standalone&&this.
model.get("dark")!==s&&(this.model.set("dark",s),this.model.save_changes())}showOverview(){let{scene:e,palette:s}=this,n=e.parts.map((o,l)=>({values:an(o,o.result.mean,e.days.length),colour:e.parts.length>
1?s.lines[l%s.lines.length]:s.metric}));this.overview.show(e.days.length,n,e.zoom,s)}controlDays([e,s]){let{days:n}=this.scene;return[Number.isFinite(e)?e:n[0],Number.isFinite(s)?s:n[n.length-1]]}shownDays(){
return this.view.zoom?this.view.zoom:Us(this.view,this.loaded).map(e=>Number.isFinite(e)?bt(e):null)}showState(e){let{loading:s,done:n,total:o}=this.model.get("busy")??{},l=!!s&&!this.kernel?.isSilent,
i=this.model.get("error");i!==this.dismissed&&(this.dismissed=null);let a=this.refused||(this.dismissed===null?i:"");this.error.hidden=!a,Ne(this.errorText,a?a+(this.content?`
The chart shows the last valid view.`:""):""),this.retry.hidden=!a||!!this.refused||!this.model.get("retryable");let u=[...l?[`Loading${o>1?` ${n} of ${o}`:""} …`]:[],...e];this.kernel?.isSilent&&u.
push("the kernel is busy or gone: what is loaded can still be explored");let p=this.missing();p&&!l&&u.push(p),this.note&&u.push(this.note),this.badge.hidden=!this.content?.series.some(({synthetic:g})=>g),
Ne(this.statusText,u.join(" · ")),Ne(this.notes,(this.content?.notes??[]).join(`
`)),this.progress.hidden=this.cancel.hidden=!l,this.progress.max=Math.max(o??1,1),this.progress.value=n??0,this.root.setAttribute("aria-busy",String(l))}missing(){let{view:e,content:s}=this;if(!s)return"";
let n=new Set(s.series.map(({title:a})=>a)),o=ul(e,s).filter(a=>!n.has(a));if(o.length)return`not loaded: ${o.join(", ")}`;let l=Bs(e,this.loaded.today),i=Us(e,this.loaded);return l.every((a,u)=>a===i[u])?
"":"not loaded: the range chosen"}report(e){queueMicrotask(()=>{let s=performance.now()-e;this.root.dataset.drawn=String(++this.drawn),this.root.dispatchEvent(new CustomEvent("optstat-drawn",{bubbles:!0,
detail:{ms:s}}))})}};function xa(t){return t.metric==="detrend"&&t.window>=t.lookback?{...t,metric:"zscore"}:t}var Jf=({model:t,el:e})=>ya(e,t),mp={render:Jf};export{mp as default};
